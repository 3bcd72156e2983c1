import { box, type Drawing, group, line, oval, path, shadow, solid, times } from "./canvas.ts";

/** A flame whose tip is at (x, y) and which is 90 high at scale 1. */
const flame = (x: number, y: number, scale = 1): string =>
	group(
		`translate(${x} ${y}) scale(${scale})`,
		oval(0, 50, 90, 110, "#fff", { opacity: 0.35 }),
		path("M0-10q44 54 30 84-10 24-30 24t-30-24q-14-30 30-84z", "#f2b63e"),
		path("M0 36q20 26 14 44-4 14-14 14t-14-14q-6-18 14-44z", "#fff3c4"),
	);

export const lantern =
	(metal: string): Drawing =>
	(p) =>
		shadow(400, 160) +
		line("M290 330q-40-230 110-230t110 230", p.ink, 12) +
		path("M350 210h100l30 60h-160z", metal) +
		oval(400, 205, 40, 14, metal) +
		line("M296 270v290M504 270v290", metal, 18) +
		solid("M340 270h120q60 110 20 230h-160q-40-120 20-230z", "#fdf3d4", 800) +
		flame(400, 330, 1.1) +
		path("M320 500h160l20 50h-200z", metal) +
		solid("M270 550h260l16 70q2 20-20 20h-252q-22 0-20-20z", metal, 430) +
		oval(545, 575, 22, 22, p.third);

export const pillar =
	(waxColour: string): Drawing =>
	(p) =>
		shadow(400, 200) +
		oval(400, 632, 190, 30, p.first) +
		solid(
			"M290 300h220v320q-110 24-220 0z",
			waxColour,
			430,
			times(6, (n) => line(`M280 ${350 + n * 48}h240`, "#000", 3, { opacity: 0.06 })),
		) +
		oval(400, 300, 110, 24, "#fff", { opacity: 0.55 }) +
		path("M310 300q-4 80 14 90t12-80zM480 302q8 120-10 130t-14-130z", waxColour) +
		line("M400 302v-34", p.ink, 8) +
		flame(400, 176, 1.05);

export const dinnerCandles =
	(waxColour: string): Drawing =>
	(p) =>
		shadow(400, 170) +
		times(2, (n) => {
			const x = 320 + n * 160;
			const y = 250 + n * 60;
			return (
				path(`M${x - 22} ${y}h44l8 ${560 - y}h-60z`, waxColour) +
				path(`M${x} ${y}h22l8 ${560 - y}h-30z`, "#000", { opacity: 0.1 }) +
				line(`M${x} ${y}v-26`, p.ink, 6) +
				flame(x, y - 108, 0.85) +
				solid(`M${x - 50} 550h100l-14 60q-4 30-36 30t-36-30z`, p.first, x + 10)
			);
		});

export const deskLamp: Drawing = (p) =>
	shadow(380, 150) +
	path("M330 330l-150 290h340z", p.third, { opacity: 0.28 }) +
	line("M520 620v-270l-130-150", p.first, 20) +
	oval(520, 350, 22, 22, p.ink) +
	solid("M440 640q0-40 80-40t80 40z", p.first, 530) +
	group(
		"rotate(-30 360 240)",
		solid("M300 190h130l60 140h-250z", p.ink, 380),
		box(330, 150, 70, 46, p.first, 12),
		oval(365, 334, 70, 24, p.third),
	);

export const pendant: Drawing = (p) =>
	line("M400 0v180", p.ink, 8) +
	oval(400, 430, 320, 320, p.third, { opacity: 0.16 }) +
	oval(400, 420, 225, 215, p.pale) +
	times(7, (n) =>
		line(
			`M${400 - Math.round(Math.sqrt(1 - ((n - 3) / 4) ** 2) * 225)} ${420 + (n - 3) * 53}q${Math.round(Math.sqrt(1 - ((n - 3) / 4) ** 2) * 225)} 36 ${2 * Math.round(Math.sqrt(1 - ((n - 3) / 4) ** 2) * 225)} 0`,
			p.first,
			4,
			{ opacity: 0.45 },
		),
	) +
	oval(400, 430, 110, 110, p.third, { opacity: 0.3 }) +
	box(350, 186, 100, 30, p.ink, 10) +
	box(350, 622, 100, 20, p.ink, 10);

export const jarCandle: Drawing = (p) =>
	shadow(400, 180) +
	solid(
		"M240 300h320v290q0 50-50 50h-220q-50 0-50-50z",
		p.second,
		450,
		box(200, 300, 400, 90, "#fff", 0, { opacity: 0.25 }),
	) +
	oval(400, 300, 160, 30, "#b4685a") +
	oval(400, 308, 138, 20, p.pale) +
	line("M400 306v-32", p.ink, 7) +
	flame(400, 186) +
	box(290, 420, 220, 150, p.pale, 6) +
	path("M400 440l40 60h-22l34 46h-104l34-46h-22z", "#4f6b4a") +
	box(264, 340, 16, 220, "#fff", 8, { opacity: 0.3 });

export const candlestick: Drawing = (p) =>
	shadow(400, 170) +
	path("M370 220h60l4 160h-68z", p.pale) +
	path("M400 220h30l4 160h-34z", "#000", { opacity: 0.08 }) +
	line("M400 220v-24", p.ink, 6) +
	flame(400, 110, 0.9) +
	solid(
		"M340 370h120q-6 44-40 50v30q40 20 20 50-16 20-16 50l20 40q90 10 106 50h-300q16-40 106-50l20-40q0-30-16-50-20-30 20-50v-30q-34-6-40-50z",
		p.first,
		415,
	) +
	line("M520 600q80-10 70-60t-64-30", p.first, 16);

export const matches: Drawing = (p) =>
	shadow(400, 140) +
	times(7, (n) =>
		group(
			`rotate(${-15 + n * 5} 400 700)`,
			box(393, 170 + (n % 2) * 30, 14, 300, "#e0bd86"),
			oval(400, 168 + (n % 2) * 30, 15, 22, p.second),
		),
	) +
	solid("M290 350h220v290h-220z", p.ink, 430, box(290, 560, 220, 80, p.second)) +
	box(316, 384, 168, 150, p.pale, 8) +
	path("M400 400q50 60 30 96-8 24-30 24t-30-24q-20-36 30-96z", p.third) +
	oval(400, 350, 110, 14, "#000", { opacity: 0.2 });
