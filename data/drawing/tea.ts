import { box, type Drawing, group, line, oval, path, shadow, solid, times } from "./canvas.ts";

export const ironTeapot: Drawing = (p) =>
	shadow(400, 220) +
	line("M250 330q0-210 150-210t150 210", p.third, 20) +
	path("M540 400q70-10 100-110l56 24q-30 170-150 216z", p.ink) +
	solid(
		"M200 450q10-130 200-130t200 130q0 190-200 190t-200-190z",
		p.ink,
		460,
		times(5, (n) =>
			line(`M${205 + (n % 2) * 20} ${400 + n * 44}h420`, "#fff", 18, { "stroke-dasharray": "0 40", opacity: 0.13 }),
		),
	) +
	oval(400, 332, 105, 24, "#4a453d") +
	oval(400, 306, 20, 20, p.third);

export const kettle: Drawing = (p) =>
	shadow(390, 190) +
	line("M560 330q110 10 90 130t-100 110", p.second, 34) +
	line("M252 520q-70 0-80-110t-70-140", "#b9c0bd", 26) +
	solid("M280 300h240l60 290q6 50-40 50h-280q-46 0-40-50z", "#cbd1cd", 440) +
	path("M280 300h240l8 40h-256z", p.first) +
	solid("M300 300q10-70 100-70t100 70z", "#aeb6b1", 420) +
	oval(400, 216, 24, 22, p.second) +
	box(236, 560, 328, 14, "#fff", 7, { opacity: 0.4 });

/** A bag of coffee with a folded top; `paper` and `label` are colours. */
export const coffeeBag =
	(paper: string, label: string, mark: (p: Parameters<Drawing>[0]) => string): Drawing =>
	(p) =>
		shadow(400, 175) +
		solid(
			"M250 180h300l-14 60 34 80v290q0 30-30 30h-280q-30 0-30-30v-290l34-80z",
			paper,
			470,
			box(200, 160, 400, 66, "#000", 0, { opacity: 0.16 }),
		) +
		box(230, 222, 340, 18, p.third, 6) +
		box(290, 330, 220, 230, label, 12) +
		mark(p) +
		times(3, (n) =>
			group(
				`translate(${170 + n * 40} ${630 - (n % 2) * 14}) rotate(${n * 40})`,
				oval(0, 0, 22, 15, p.second),
				line("M-14 0q14-8 28 0", p.ink, 4),
			),
		);

export const lighthouseMark = (p: Parameters<Drawing>[0]): string =>
	path("M376 530l10-110h28l10 110z", p.second) +
	path("M380 480l2-26h36l2 26z", p.pale) +
	box(380, 396, 40, 24, p.third) +
	path("M376 396l24-26 24 26z", p.ink) +
	path("M420 400l70-22v50zM380 400l-70-22v50z", p.third, { opacity: 0.6 });

export const moonMark = (p: Parameters<Drawing>[0]): string =>
	path("M430 380a75 75 0 1 0 30 110 62 62 0 1 1-30-110z", p.pale) +
	times(3, (n) => oval(430 + n * 22, 400 + (n % 2) * 40, 6, 6, p.pale));

/** A tea tin; `leaf` draws the emblem on its label. */
export const tin =
	(body: string, label: string): Drawing =>
	(p) =>
		shadow(400, 165) +
		solid("M250 270h300v340q0 30-30 30h-240q-30 0-30-30z", body, 450, box(250, 360, 300, 200, label)) +
		solid("M240 210q0-30 30-30h260q30 0 30 30v70h-320z", p.third, 450) +
		box(240, 262, 320, 18, "#000", 0, { opacity: 0.12 }) +
		path("M400 535q-76-60 0-155 76 95 0 155z", body) +
		line("M400 545v-140", label, 6) +
		path("M392 530q-90 6-104-72 90-6 104 72zM408 530q90 6 104-72-90-6-104 72z", body, { opacity: 0.75 });

export const dripper: Drawing = (p) =>
	shadow(400, 160) +
	solid(
		"M270 430h260q40 70 40 130 0 80-60 80h-220q-60 0-60-80 0-60 40-130z",
		"#e9efe9",
		800,
		path("M232 540h336v110h-336z", p.second, { opacity: 0.85 }),
		oval(400, 540, 168, 18, "#9a6a45"),
	) +
	box(290, 400, 220, 34, p.third, 8) +
	line("M545 470q90 10 70 80t-66 50", "#dbe3dc", 20) +
	path("M240 180h320l-104 200h-112z", p.pale) +
	path("M400 180h160l-104 200h-56z", "#000", { opacity: 0.08 }) +
	times(4, (n) => line(`M${300 + n * 66} 205l${38 - n * 25} 150`, "#d6d2c2", 7)) +
	box(318, 374, 164, 26, p.first, 8) +
	path("M262 180q138-46 276 0z", "#e7dcc4") +
	box(250, 460, 16, 120, "#fff", 8, { opacity: 0.7 });

export const grinder: Drawing = (p) =>
	shadow(400, 150) +
	line("M400 190l150-50", "#a9aeac", 18) +
	box(526, 90, 52, 76, p.second, 22) +
	solid("M290 330q0-110 110-110t110 110z", "#c6ccc9", 420) +
	oval(400, 205, 22, 26, "#a9aeac") +
	solid("M270 330h260v280q0 30-30 30h-200q-30 0-30-30z", p.third, 440, box(270, 330, 260, 26, p.second)) +
	box(320, 470, 160, 100, "#b58b4c", 10) +
	box(320, 470, 160, 100, "#000", 10, { opacity: 0.08 }) +
	oval(400, 520, 16, 16, p.ink);

export const campMug =
	(enamel: string): Drawing =>
	(p) =>
		shadow(390, 180) +
		line("M540 350q90-6 90 80t-96 90", enamel, 30) +
		line("M540 350q90-6 90 80t-96 90", "#000", 30, { opacity: 0.09 }) +
		solid(
			"M240 280h310v300q0 60-60 60h-190q-60 0-60-60z",
			enamel,
			440,
			times(9, (n) => oval(265 + ((n * 97) % 270), 340 + ((n * 61) % 260), 7, 5, "#fff", { opacity: 0.35 })),
		) +
		box(230, 262, 330, 28, p.ink, 14) +
		box(262, 330, 18, 220, "#fff", 9, { opacity: 0.3 }) +
		line("M340 220q-20-40 0-70t0-60M440 220q20-40 0-70t0-60", "#fff", 12, { opacity: 0.8 });

export const matchaSet: Drawing = (p) =>
	shadow(340, 190) +
	shadow(580, 80) +
	solid("M170 400h340q0 150-90 210v30h-160v-30q-90-60-90-210z", p.ink, 390) +
	oval(340, 402, 170, 36, "#4a453d") +
	oval(340, 408, 148, 26, "#8aa552") +
	group(
		"rotate(8 580 500)",
		box(548, 330, 64, 140, p.third, 14),
		path("M548 460h64l24 176q-56 20-112 0z", "#dcc08c"),
		times(6, (n) => line(`M${552 + n * 11} 470l${-20 + n * 9} 165`, "#a88550", 3)),
		box(546, 450, 68, 16, p.ink, 8),
	);
