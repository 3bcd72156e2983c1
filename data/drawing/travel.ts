import { box, type Drawing, group, line, mirrored, oval, path, shadow, solid, times } from "./canvas.ts";

export const tote =
	(canvas: string): Drawing =>
	(p) =>
		shadow(400, 210) +
		line("M310 330q-10-240 90-240t90 240", p.second, 22) +
		solid("M210 280h380l24 320q2 40-40 40h-348q-42 0-40-40z", canvas, 460, box(180, 540, 440, 110, p.second)) +
		line("M310 290v120M490 290v120", p.second, 26) +
		line("M214 300h372", "#fff", 4, { "stroke-dasharray": "14 12", opacity: 0.7 }) +
		path("M400 380l60 110h-120zM400 380v130", p.pale, { opacity: 0.9 }) +
		line("M330 506q35 22 70 0t70 0", p.pale, 10);

export const duffel =
	(canvas: string): Drawing =>
	(p) =>
		shadow(400, 270) +
		line("M290 400q-20-220 110-220t110 220", p.second, 20) +
		solid(
			"M130 450q0-110 90-110h360q90 0 90 110v80q0 110-90 110h-360q-90 0-90-110z",
			canvas,
			480,
			box(130, 360, 540, 14, p.third),
		) +
		line("M290 345v290M510 345v290", p.second, 30) +
		path("M130 450q0-110 90-110v300q-90 0-90-110zM670 450q0-110-90-110v300q90 0 90-110z", p.second, { opacity: 0.9 }) +
		box(380, 346, 40, 42, p.third, 6) +
		box(345, 450, 110, 90, "#fff", 8, { opacity: 0.16 });

export const dopp: Drawing = (p) =>
	shadow(400, 240) +
	solid("M160 460q0-120 110-120h260q110 0 110 120v100q0 80-80 80h-320q-80 0-80-80z", p.second, 470) +
	line("M190 400q210-50 420 0", p.third, 12) +
	box(560, 388, 22, 70, p.third, 8) +
	line("M190 600h420", "#fff", 4, { "stroke-dasharray": "14 12", opacity: 0.6 }) +
	line("M162 470q-60 20-50 80t70 30", p.ink, 16) +
	box(330, 480, 140, 60, "#000", 8, { opacity: 0.14 });

export const rucksack: Drawing = (p) =>
	shadow(400, 190) +
	line("M340 160q0-70 60-70t60 70", p.second, 18) +
	box(200, 410, 60, 170, p.first, 20) +
	box(540, 410, 60, 170, p.first, 20) +
	solid("M240 210h320l20 380q0 50-50 50h-260q-50 0-50-50z", p.first, 470) +
	solid(
		"M240 150h320q20 0 20 26v90h-360v-90q0-26 20-26z",
		p.first,
		470,
		box(200, 150, 400, 34, "#000", 0, { opacity: 0.18 }),
	) +
	line("M310 150v330M490 150v330", p.second, 22) +
	box(294, 300, 32, 40, p.third, 6) +
	box(474, 300, 32, 40, p.third, 6) +
	box(270, 430, 260, 170, "#000", 18, { opacity: 0.13 }) +
	line("M270 476h260", p.third, 8);

export const compass: Drawing = (p) =>
	shadow(400, 180) +
	oval(400, 130, 44, 44, "none", { stroke: p.third, "stroke-width": 16 }) +
	box(376, 160, 48, 50, p.third, 10) +
	oval(400, 420, 225, 225, p.third) +
	oval(400, 420, 190, 190, p.pale) +
	path("M400 195a225 225 0 0 1 0 450z", "#000", { opacity: 0.08 }) +
	times(24, (n) => group(`rotate(${n * 15} 400 420)`, box(397, 244, 6, n % 6 ? 16 : 36, p.ink))) +
	group("rotate(35 400 420)", path("M400 270l34 150h-68z", "#b0482f"), path("M400 570l34-150h-68z", p.ink)) +
	oval(400, 420, 17, 17, p.third);

export const flask =
	(coat: string): Drawing =>
	(p) =>
		shadow(400, 120) +
		solid(
			"M300 330q0-50 50-80v-40h100v40q50 30 50 80v270q0 40-40 40h-120q-40 0-40-40z",
			coat,
			430,
			box(280, 560, 240, 24, "#fff", 0, { opacity: 0.25 }),
		) +
		solid("M338 130q0-20 20-20h84q20 0 20 20v90h-124z", p.third, 420) +
		line("M362 112q0-44 38-44t38 44", p.second, 12) +
		box(322, 340, 16, 190, "#fff", 8, { opacity: 0.35 }) +
		line("M360 430q20-24 40 0t40 0M360 470q20-24 40 0t40 0", p.pale, 8);

export const passportWallet: Drawing = (p) =>
	shadow(400, 190) +
	group(
		"rotate(8 420 360)",
		box(300, 120, 270, 380, "#34506b", 14),
		oval(436, 270, 60, 60, "none", { stroke: p.third, "stroke-width": 8 }),
		line("M376 270h120M436 210v120", p.third, 6),
	) +
	group(
		"rotate(-4 380 300)",
		box(260, 170, 220, 200, p.pale, 6),
		line("M280 210h140M280 240h100", p.ink, 6, { opacity: 0.4 }),
	) +
	solid("M220 280h360q14 0 14 14v330q0 16-16 16h-356q-16 0-16-16v-330q0-14 14-14z", p.second, 470) +
	path("M594 420h-110q-40 0-40 44t40 44h110z", "#000", { opacity: 0.16 }) +
	oval(490, 464, 14, 14, p.third) +
	line("M226 300h348M226 620h348", "#fff", 4, { "stroke-dasharray": "14 12", opacity: 0.55 });

export const umbrella: Drawing = (p) =>
	shadow(400, 120, 690) +
	line("M400 150v470q0 60 50 60t50-50", p.third, 18) +
	mirrored(path("M400 150q-250 10-280 270 46-50 94 0 40-60 96 0 34-54 90-10z", p.first)) +
	path("M400 150q-80 90-90 270 50-70 90-10 40-60 90 10-10-180-90-270z", "#000", { opacity: 0.14 }) +
	line("M400 150v-40", p.third, 12);
