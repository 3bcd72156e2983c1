import { box, type Drawing, group, line, oval, path, shadow, solid, times } from "./canvas.ts";

export const notebook =
	(cover: string): Drawing =>
	(p) =>
		shadow(410, 190) +
		box(262, 150, 300, 488, "#000", 16, { opacity: 0.12 }) +
		box(252, 140, 306, 490, p.pale, 14) +
		solid(
			"M242 130h296q20 0 20 20v470q0 20-20 20h-296q-14 0-14-14v-482q0-14 14-14z",
			cover,
			800,
			box(228, 120, 44, 530, "#000", 0, { opacity: 0.18 }),
		) +
		box(500, 130, 16, 510, p.third) +
		box(320, 230, 150, 100, p.pale, 8) +
		line("M340 265h110M340 295h70", p.ink, 5, { opacity: 0.5 }) +
		path("M420 640v70l14-16 14 16v-70z", p.third);

export const pen: Drawing = (p) =>
	group(
		"rotate(38 400 400)",
		box(366, 70, 68, 250, p.third, 24),
		box(434, 100, 12, 130, p.ink, 6),
		box(362, 300, 76, 24, p.ink, 4),
		path("M366 324h68v190q0 30-20 40h-28q-20-10-20-40z", p.third),
		box(404, 70, 30, 250, "#000", 14, { opacity: 0.12 }),
		path("M378 554h44l-4 60-18 70-18-70z", "#d9d4c8"),
		line("M400 590v80", p.ink, 4),
		oval(400, 592, 7, 7, p.ink),
	) + line("M110 690q50-60 90 0t90-10 60 10", p.second, 8);

export const inkBottle =
	(ink: string): Drawing =>
	(p) =>
		shadow(400, 190) +
		solid(
			"M240 360q0-50 50-50h220q50 0 50 50v230q0 50-50 50h-220q-50 0-50-50z",
			"#e4e6ea",
			800,
			box(230, 410, 340, 250, ink),
		) +
		box(330, 250, 140, 70, "#d5d8de", 8) +
		solid("M310 180q0-20 20-20h140q20 0 20 20v90h-180z", p.ink, 430) +
		box(300, 440, 200, 130, p.pale, 8) +
		line("M330 480h140M350 510h100", p.ink, 6, { opacity: 0.6 }) +
		path("M400 522q22 26 0 38-22-12 0-38z", ink) +
		box(258, 350, 18, 220, "#fff", 9, { opacity: 0.45 });

export const pencils: Drawing = (p) =>
	shadow(400, 170) +
	times(6, (n) => {
		const colour = [p.first, p.third, p.second, p.ink, "#a9684a", p.first][n]!;
		return group(
			`rotate(${-18 + n * 7} 400 760)`,
			box(382, 180, 36, 420, colour),
			box(400, 180, 18, 420, "#000", 0, { opacity: 0.14 }),
			path("M382 182l18-66 18 66z", "#e8c99a"),
			path("M394 138l6-22 6 22z", colour),
		);
	}) +
	solid("M290 430h220v180q0 30-30 30h-160q-30 0-30-30z", p.pale, 440, box(290, 500, 220, 70, p.third)) +
	box(284, 420, 232, 20, p.ink, 10, { opacity: 0.14 });

export const wax: Drawing = (p) =>
	shadow(370, 210) +
	group(
		"rotate(-6 360 520)",
		box(150, 420, 400, 230, p.pale, 8),
		path("M150 428l200 130 200-130z", "#efe2cc"),
		line("M150 428l200 130 200-130", p.third, 5),
	) +
	path("M356 470q50-10 66 30 34 30 4 66-10 46-62 36-50 12-62-36-30-36 0-64 12-40 54-32z", p.first) +
	oval(360, 536, 36, 36, "#000", { opacity: 0.16 }) +
	line("M360 512v46M342 544q18 22 36 0M348 522h24", p.pale, 6) +
	group(
		"rotate(24 590 380)",
		box(560, 180, 60, 200, "#8b5b34", 28),
		path("M564 370h52l14 60h-80z", p.third),
		box(544, 424, 92, 26, p.third, 8),
	) +
	group("rotate(-20 230 250)", box(206, 150, 48, 190, p.first, 10), box(206, 150, 48, 26, p.ink, 8));

export const paperRolls: Drawing = (p) =>
	shadow(400, 190) +
	times(3, (n) => {
		const x = 210 + n * 130;
		const top = [190, 120, 230][n]!;
		const colour = [p.second, p.pale, p.first][n]!;
		const mark = n === 1 ? p.second : p.pale;
		return (
			solid(
				`M${x} ${top}h120v${640 - top}q-60 24-120 0z`,
				colour,
				x + 76,
				times(8, (m) =>
					n === 1
						? line(`M${x - 10} ${top + 30 + m * 70}q30-30 60 0t60 0 60 0`, mark, 6)
						: oval(x + 30 + (m % 2) * 60, top + 60 + m * 58, 10, 10, mark),
				),
			) +
			oval(x + 60, top, 60, 18, "#efe6d6") +
			oval(x + 60, top, 36, 10, p.ink, { opacity: 0.35 })
		);
	}) +
	box(190, 420, 420, 16, p.third, 6) +
	path("M400 428q-70-60-80 0t80 0q70-60 80 0t-80 0z", p.third);

export const airmail: Drawing = (p) =>
	shadow(400, 240) +
	group(
		"rotate(7 400 400)",
		box(190, 200, 400, 300, p.pale, 4),
		times(6, (n) => line(`M230 ${250 + n * 32}h${n === 5 ? 180 : 320}`, p.second, 4, { opacity: 0.35 })),
	) +
	group(
		"rotate(-5 400 480)",
		solid(
			"M140 340h520v300h-520z",
			p.pale,
			800,
			times(20, (n) =>
				path(`M${120 + n * 56} 330h28l-20 22h-28zM${120 + n * 56} 650h28l-20-22h-28z`, n % 2 ? p.first : p.second),
			),
		),
		line("M142 352l258 160 258-160", p.third, 5),
		box(560, 380, 70, 86, p.second, 4),
		oval(595, 423, 20, 26, p.pale, { opacity: 0.85 }),
		line("M200 570h170M200 600h110", p.ink, 6, { opacity: 0.5 }),
	);

export const penTray: Drawing = (p) =>
	shadow(400, 280) +
	group(
		"rotate(-8 400 500)",
		path("M250 520l340-300 26 30-330 300z", p.first),
		path("M590 220l44-18-18 48z", "#e8c99a"),
		box(300, 440, 300, 26, p.third, 12),
		box(230, 470, 250, 24, p.second, 12),
	) +
	solid(
		"M120 500h560l-30 120q-6 20-30 20h-440q-24 0-30-20z",
		"#b07a45",
		480,
		times(3, (n) => line(`M120 ${540 + n * 34}q280 ${n % 2 ? 20 : -20} 560 0`, "#7d5128", 5, { opacity: 0.4 })),
	) +
	box(110, 488, 580, 24, "#c9945c", 12);
