import { box, type Drawing, group, line, oval, path, shadow, solid, times } from "./canvas.ts";

/** A folded blanket with a fringe; two colours. */
export const blanket =
	(wool: string, stripe: string): Drawing =>
	() =>
		shadow(400, 250) +
		times(3, (n) =>
			solid(
				`M150 ${560 - n * 92}q0-44 44-44h412q44 0 44 44 0 80-44 80h-412q-44 0-44-80z`,
				wool,
				800,
				box(0, 618 - n * 92, 800, 40, "#000", 0, { opacity: 0.1 }),
			),
		) +
		solid(
			"M250 328q0-26 26-26h180q26 0 26 26v250h-232z",
			wool,
			800,
			box(240, 470, 300, 26, stripe),
			box(240, 510, 300, 12, stripe),
			box(240, 430, 300, 12, stripe),
			box(250, 300, 232, 26, "#fff", 0, { opacity: 0.12 }),
		) +
		line(
			times(12, (n) => `M${262 + n * 19} 582v${30 + (n % 2) * 8}`),
			"#fff",
			7,
			{ opacity: 0.55 },
		);

export const throwOver =
	(wool: string, weave: string): Drawing =>
	(p) =>
		shadow(400, 230) +
		box(180, 200, 24, 440, "#a07a4a", 10) +
		box(596, 200, 24, 440, "#a07a4a", 10) +
		box(166, 210, 468, 26, "#b88d58", 13) +
		solid(
			"M240 196h320v350q-160 24-320 0z",
			wool,
			470,
			line(
				times(9, (n) => `M${230 + n * 40} 190${times(9, (m) => `l${m % 2 ? -18 : 18} 42`)}`),
				weave,
				6,
				{ opacity: 0.75 },
			),
		) +
		times(16, (n) => line(`M${250 + n * 20} 552v36`, p.pale, 6));

export const teaTowels: Drawing = (p) =>
	box(130, 150, 540, 18, "#b88d58", 9) +
	solid(
		"M180 150h200v430q-100 16-200 0z",
		p.pale,
		800,
		times(3, (n) => box(196 + n * 62, 140, 24, 460, p.first)),
		box(180, 150, 200, 30, "#000", 0, { opacity: 0.1 }),
	) +
	solid(
		"M420 150h200v360q-100 16-200 0z",
		p.pale,
		800,
		times(9, (n) => box(420, 190 + n * 38, 200, 10, p.second)),
		box(420, 150, 200, 30, "#000", 0, { opacity: 0.1 }),
	) +
	line("M180 580v40M380 580v30", p.third, 6);

export const towels =
	(cloth: string): Drawing =>
	(p) =>
		shadow(400, 220) +
		times(3, (n) => {
			const colour = [cloth, p.pale, cloth][n]!;
			const y = 540 - n * 104;
			return solid(
				`M${180 + n * 10} ${y + 50}q0-50 50-50h${340 - n * 20}q50 0 50 50t-50 50h-${340 - n * 20}q-50 0-50-50z`,
				colour,
				800,
				line(
					times(14, (m) => `M${172 + m * 34} ${y}v100`),
					"#000",
					4,
					{ opacity: 0.07 },
				),
				box(150, y + 70, 500, 40, "#000", 0, { opacity: 0.08 }),
				line(`M640 ${y + 50}h-400`, "#000", 4, { opacity: 0.14 }),
			);
		}) +
		line("M340 330q-50-90 60-150", p.second, 12) +
		path("M400 184q60-60 110-20-30 60-110 20zM360 240q-70-30-100 20 50 40 100-20z", "#7f9a7a");

export const cap =
	(wool: string): Drawing =>
	() =>
		shadow(400, 200, 600) +
		solid(
			"M210 500q-10-310 190-310t190 310z",
			wool,
			450,
			times(9, (n) => line(`M400 170q${-220 + n * 55} 90 ${-220 + n * 55} 350`, "#000", 6, { opacity: 0.14 })),
		) +
		solid(
			"M190 470h420q20 0 20 24v80q0 24-20 24h-420q-20 0-20-24v-80q0-24 20-24z",
			wool,
			450,
			box(100, 460, 600, 150, "#fff", 0, { opacity: 0.12 }),
			times(15, (n) => box(186 + n * 30, 470, 6, 130, "#000", 0, { opacity: 0.14 })),
		) +
		box(470, 500, 60, 66, "#d9c7a3", 6);

export const scarf: Drawing = (p) =>
	shadow(400, 190) +
	solid(
		"M420 320l120 40-30 250h-130z",
		p.first,
		800,
		times(6, (n) => box(350, 360 + n * 52, 240, 22, p.pale)),
	) +
	solid(
		"M290 330l130-10 20 320h-130z",
		p.second,
		800,
		times(6, (n) => box(280, 360 + n * 52, 240, 22, p.pale)),
	) +
	line(
		times(7, (n) => `M${316 + n * 19} 640v30`),
		p.second,
		8,
	) +
	line(
		times(7, (n) => `M${386 + n * 19} 610v30`),
		p.first,
		8,
	) +
	solid(
		"M220 260q0-110 180-110t180 110-180 110-180-110zM310 250q0 40 90 40t90-40-90-40-90 40z",
		p.first,
		800,
		box(260, 100, 40, 300, p.pale),
		box(350, 280, 40, 100, p.pale),
		box(450, 280, 40, 100, p.pale),
		box(520, 100, 36, 300, p.pale),
	) +
	oval(400, 250, 92, 42, p.disc) +
	line("M308 252q0-44 92-44t92 44", p.ink, 8, { opacity: 0.2 });

export const cushion =
	(cloth: string): Drawing =>
	(p) =>
		shadow(400, 220) +
		solid(
			"M180 230q220 40 440 0 22-4 20 20-40 180 0 370 4 24-20 20-220-40-440 0-24 4-20-20 40-190 0-370-4-24 20-20z",
			p.pale,
			460,
			times(5, (n) => box(220 + n * 84, 180, n === 2 ? 54 : 26, 500, cloth)),
		) +
		oval(400, 435, 16, 16, p.third);

export const slippers: Drawing = (p) =>
	shadow(290, 130, 620) +
	shadow(510, 130, 600) +
	times(2, (n) =>
		group(
			`translate(${n * 220} ${-n * 20}) rotate(${n ? 8 : -8} 290 400)`,
			path("M290 170q100 0 100 130-20 110-10 200 10 120-90 120t-90-120q10-90-10-200 0-130 100-130z", p.third),
			path("M290 150q104 0 104 140 0 90-20 120-84 40-168 0-20-30-20-120 0-140 104-140z", p.first),
			path("M226 420q64 30 128 0 14 50 14 90 0 90-78 90t-78-90q0-40 14-90z", p.pale),
			oval(290, 250, 36, 30, p.second),
		),
	);

export const runner: Drawing = (p) =>
	box(90, 330, 620, 40, "#b88d58", 10) +
	box(140, 370, 36, 270, "#a07a4a") +
	box(624, 370, 36, 270, "#a07a4a") +
	shadow(400, 280) +
	solid(
		"M280 322h240v260l-120 40-120-40z",
		p.first,
		800,
		box(280, 322, 240, 48, "#fff", 0, { opacity: 0.15 }),
		times(3, (n) => line(`M270 ${430 + n * 60}l65-40 65 40 65-40 65 40`, p.pale, 10)),
		times(4, (n) => oval(310 + n * 60, 390, 6, 6, p.pale)),
	) +
	solid("M440 320h100v-70q-50-14-100 0z", p.pale, 500) +
	line("M490 250q-10-80 30-120M490 250q0-60-40-90", "#6f8a6a", 8) +
	path("M520 130q40-10 50 30-40 10-50-30zM450 160q-40-20-56 16 40 20 56-16z", "#7f9a7a");
