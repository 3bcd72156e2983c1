import { box, type Drawing, group, line, mirrored, oval, path, shadow, solid, times } from "./canvas.ts";

export const pot: Drawing = (p) =>
	shadow(400, 170) +
	line("M400 400q-10-120-90-190M400 400q10-160 90-230M400 400v-260", p.second, 12) +
	path(
		"M312 214q-100-10-110-90 100-6 110 90zM490 172q20-90 114-80-4 90-114 80zM400 144q-50-50 0-110 50 60 0 110zM350 300q-100 20-130-50 90-30 130 50zM446 280q80 30 130-30-70-50-130 30z",
		p.second,
	) +
	solid("M270 450h260l-36 160q-8 30-40 30h-108q-32 0-40-30z", p.first, 430) +
	solid("M250 390h300v70h-300z", p.first, 430, box(250, 390, 300, 20, "#fff", 0, { opacity: 0.15 }));

export const wateringCan: Drawing = (p) =>
	shadow(440, 190) +
	line("M560 400q130-20 120 90t-130 110", p.third, 24) +
	line("M340 360q30-150 130-150t100 150", p.third, 22) +
	path("M330 560l-190-250 44-26 170 170z", p.first) +
	group("rotate(-37 150 280)", box(80, 262, 150, 34, p.third, 12)) +
	solid(
		"M320 360h270l16 240q0 40-40 40h-222q-40 0-40-40z",
		p.first,
		470,
		box(300, 400, 320, 14, p.third),
		box(300, 580, 320, 14, p.third),
	) +
	oval(455, 362, 135, 24, "#8d4a29") +
	times(5, (n) => oval(70 + (n % 3) * 26, 330 + n * 34, 8, 13, "#7fa9b8"));

export const trowel: Drawing = (p) =>
	path("M180 660q220-80 440 0z", "#6b4d36") +
	group(
		"rotate(18 400 400)",
		solid("M366 90q34-22 68 0v200q-34 20-68 0z", p.third, 404, box(360, 250, 80, 16, p.ink)),
		box(386, 290, 28, 100, "#8f9a94", 8),
		solid("M320 400q80-40 160 0 10 160-80 270-90-110-80-270z", "#b4beb8", 404),
		line("M400 420v170", "#8f9a94", 8),
	) +
	path("M130 690q120-70 270-40t280 30v20h-560z", "#7d5b41");

export const trug: Drawing = (p) =>
	shadow(400, 240) +
	line("M210 450q20-280 190-280t190 280", "#a37c45", 26) +
	path("M250 430q-40-90 30-150 60 60 20 150z", p.second) +
	oval(360, 420, 60, 64, "#c8492f") +
	oval(456, 426, 56, 60, "#d86a3f") +
	path("M520 430q0-110 60-140 30 90-14 140z", p.second) +
	path("M346 364q14-24 30 0zM442 372q14-24 30 0z", p.ink) +
	solid(
		"M150 430h500q-10 130-60 190-14 20-40 20h-300q-26 0-40-20-50-60-60-190z",
		p.third,
		480,
		times(3, (n) => line(`M130 ${480 + n * 55}${times(14, (m) => `q20 ${m % 2 ? -26 : 26} 40 0`)}`, "#8f6d3c", 12)),
	) +
	box(136, 416, 528, 30, "#a37c45", 15);

export const feedBottle: Drawing = (p) =>
	shadow(400, 130) +
	solid("M300 340q0-60 60-90v-60h80v60q60 30 60 90v260q0 40-40 40h-120q-40 0-40-40z", p.second, 430) +
	box(350, 130, 100, 70, p.ink, 10) +
	box(300, 370, 200, 190, p.pale) +
	line("M400 545v-150M400 500q-50-10-50-60M400 500q50-10 50-60M400 450q-34-10-30-46M400 450q34-10 30-46", p.second, 12);

export const twine: Drawing = (p) =>
	shadow(400, 180) +
	line("M540 600q120 20 100-60t60-60", p.third, 12) +
	solid(
		"M260 230h280v390h-280z",
		p.third,
		450,
		times(16, (n) => line(`M240 ${236 + n * 26}l320 ${n % 2 ? 14 : -14}`, "#96763e", 5, { opacity: 0.6 })),
	) +
	oval(400, 230, 140, 34, "#d8bb83") +
	oval(400, 230, 52, 13, p.ink, { opacity: 0.7 }) +
	box(260, 390, 280, 110, p.second) +
	oval(400, 445, 40, 40, p.pale) +
	path("M400 420q34 24 0 52-34-28 0-52z", p.second) +
	oval(400, 622, 140, 20, "#000", { opacity: 0.12 });

export const seeds: Drawing = (p) =>
	shadow(400, 230) +
	times(3, (n) => {
		const colour = [p.second, p.first, "#d9a441"][n]!;
		return group(
			`rotate(${-16 + n * 16} 400 760)`,
			box(290, 170, 220, 330, p.pale, 6),
			box(290, 170, 220, 60, colour, 6),
			line("M400 440v-120", p.second, 8),
			path("M400 380q-60 0-66-56 60 0 66 56zM400 350q60 0 66-56-60 0-66 56z", p.second),
		);
	}) +
	solid("M210 470h380v140q0 30-30 30h-320q-30 0-30-30z", p.first, 470) +
	box(300, 520, 200, 70, p.pale, 8) +
	line("M330 555h140", p.ink, 6, { opacity: 0.5 });

export const hammock: Drawing = (p) =>
	shadow(400, 230, 660) +
	mirrored(
		box(60, 140, 44, 520, "#8a6a43", 16) +
			line("M100 230l92 124M100 230l86 170", p.third, 8) +
			path("M20 200q60-110 140-60 40 60-60 80-70 20-80-20z", p.second),
	) +
	path("M196 352q204 150 408 0-10 90-204 100t-204-100z", "#000", { opacity: 0.12 }) +
	solid(
		"M190 350q210 240 420 0 4 30 4 50-34 200-214 200t-214-200q0-20 4-50z",
		p.pale,
		800,
		times(6, (n) => box(186 + n * 78, 300, 40, 320, n % 2 ? p.first : p.second)),
	);
