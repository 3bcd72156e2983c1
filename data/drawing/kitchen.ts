import { box, type Drawing, group, line, oval, path, shadow, solid, times } from "./canvas.ts";

/** A stoneware mug; `glaze` is its colour, the foot stays bare. */
export const mug =
	(glaze: string, bare: string): Drawing =>
	(p) =>
		shadow(400, 200) +
		line("M535 330q120-10 120 85t-135 110", glaze, 42) +
		line("M535 330q120-10 120 85t-135 110", "#000", 42, { opacity: 0.09 }) +
		solid(
			"M240 250h310l-14 330q-4 60-64 60h-154q-60 0-64-60z",
			glaze,
			440,
			box(200, 560, 400, 90, bare),
			line("M200 555q100 22 200 0t200 0", glaze, 26),
		) +
		oval(395, 252, 155, 30, p.pale) +
		oval(395, 258, 138, 20, p.ink, { opacity: 0.75 });

export const board: Drawing = (p) =>
	shadow(400, 190) +
	solid(
		"M360 90q40-24 80 0l10 110q110 8 120 60v340q0 40-40 40h-260q-40 0-40-40v-340q10-52 120-60z",
		p.third,
		470,
		times(6, (n) => line(`M${265 + n * 54} 200q${n % 2 ? 24 : -20} 220 0 460`, "#8a5f2c", 5, { opacity: 0.35 })),
	) +
	oval(400, 140, 20, 20, p.disc) +
	line("M400 140q-60-60-20-90t60 30q0 30-30 55", p.first, 8);

export const spoons: Drawing = (p) =>
	shadow(400, 170) +
	group(
		"rotate(-16 400 640)",
		oval(400, 190, 62, 90, p.third),
		oval(400, 184, 42, 66, "#000", { opacity: 0.1 }),
		box(386, 260, 28, 380, p.third, 14),
	) +
	group(
		"rotate(15 400 640)",
		path("M345 110h110q12 120-40 170h-30q-52-50-40-170z", "#a8753c"),
		box(386, 260, 28, 380, "#a8753c", 14),
	) +
	group(
		"rotate(-1 400 640)",
		times(3, (n) => box(352 + n * 37, 100, 22, 120, "#dbb277", 11)),
		path("M352 200h96q0 70-34 90h-28q-34-20-34-90z", "#dbb277"),
		box(386, 270, 28, 380, "#dbb277", 14),
	) +
	box(350, 520, 100, 30, p.first, 12);

export const knife: Drawing = (p) =>
	shadow(400, 240, 600) +
	group(
		"rotate(-32 400 400)",
		path("M90 372h370v92h-180q-130-10-190-92z", "#cfd6d8"),
		path("M110 400q70 60 180 64h170v-24h-180q-100-4-170-40z", "#eef2f2"),
		box(456, 362, 30, 108, p.second, 6),
		path("M486 372h200q34 0 34 34t-30 38l-50 6-60-14-94 22z", p.third),
		times(3, (n) => oval(530 + n * 65, 406, 9, 9, p.ink)),
	);

export const apron =
	(cloth: string): Drawing =>
	(p) =>
		line("M318 190q-6-120 82-120t82 120", p.third, 16) +
		line("M236 360q-90 20-110 110M564 360q90 20 110 110", p.third, 14) +
		solid("M312 180h176q6 110 92 170l10 300q-190 30-380 0l10-300q86-60 92-170z", cloth, 430) +
		box(300, 430, 200, 120, "#fff", 14, { opacity: 0.16 }) +
		line("M300 462h200M400 462v88", p.pale, 5, { "stroke-dasharray": "14 12" }) +
		line("M312 200h176", p.pale, 5, { "stroke-dasharray": "14 12" });

export const bowls: Drawing = (p) =>
	shadow(400, 210) +
	times(3, (n) => {
		const colour = [p.second, p.pale, p.first][n]!;
		const half = 210 - n * 40;
		const top = 440 - n * 105;
		return (
			solid(
				`M${400 - half} ${top}h${half * 2}q-10 ${200 - n * 18}-${half - 60} ${200 - n * 18}h-${120}q-${half - 60} 0-${half} -${200 - n * 18}z`,
				colour,
				450,
			) + box(400 - half - 8, top - 12, half * 2 + 16, 24, n === 1 ? p.second : p.pale, 12)
		);
	});

export const skillet: Drawing = (p) =>
	group(
		"rotate(-38 400 400)",
		box(580, 362, 220, 62, p.ink, 31),
		oval(765, 393, 16, 14, p.disc),
		oval(365, 398, 240, 236, p.ink),
		oval(365, 392, 206, 200, "#4b4845"),
		oval(365, 400, 188, 182, "#403d3a"),
	) +
	oval(330, 430, 120, 95, p.pale) +
	oval(400, 480, 80, 60, p.pale) +
	oval(340, 430, 48, 44, "#eeb33f") +
	oval(326, 416, 14, 10, "#fff", { opacity: 0.6 });

export const mill: Drawing = (p) =>
	shadow(400, 110) +
	solid(
		"M330 640q-10-120 40-210-46-40-40-110h140q6 70-40 110 50 90 40 210z",
		p.third,
		420,
		box(300, 585, 200, 20, "#8a5f2c"),
	) +
	solid("M330 310q-30-40 0-92 30-50 70-50t70 50q30 52 0 92z", "#a8753c", 420) +
	oval(400, 150, 24, 24, p.ink) +
	times(5, (n) => oval(190 + n * 26, 628 - (n % 2) * 12, 11, 11, p.ink));

export const saltPig: Drawing = (p) =>
	shadow(400, 210) +
	solid("M220 470q0-250 180-250 110 0 160 90 40 70 30 190-10 140-190 140t-180-170z", p.second, 470) +
	oval(290, 440, 88, 118, p.pale, { transform: "rotate(-12 290 440)" }) +
	oval(292, 446, 70, 98, p.ink, { transform: "rotate(-12 292 446)" }) +
	path("M232 480q60-40 120-14-8 78-62 76-48-4-58-62z", p.pale) +
	line("M310 500l-150-70", p.third, 22) +
	oval(306, 502, 34, 18, p.third, { transform: "rotate(26 306 502)" });

export const cruet: Drawing = (p) =>
	shadow(400, 130) +
	line("M478 330q100 20 60 130l-50 50", p.second, 20) +
	solid(
		"M366 170h68v110q80 50 80 150v160q0 50-50 50h-128q-50 0-50-50v-160q0-100 80-150z",
		"#dfe6df",
		800,
		box(280, 400, 240, 250, "#c9a63a"),
		oval(400, 400, 116, 16, "#dcbf5d"),
	) +
	path("M366 190l-50-60 26-14 40 54z", "#dfe6df") +
	box(362, 150, 76, 36, p.third, 10) +
	box(380, 110, 40, 46, p.third, 14) +
	box(322, 330, 20, 230, "#fff", 10, { opacity: 0.5 }) +
	box(340, 470, 120, 80, p.pale, 8) +
	path("M370 520q10-44 60-30-6 44-60 30z", p.second);
