/** One category's five colours over a soft ground. Pictures of a category use nothing else but white and black veils. */
export type Palette = {
	ground: string;
	disc: string;
	first: string;
	second: string;
	third: string;
	ink: string;
	pale: string;
};

/** Draws one thing on the 800 x 800 canvas; it stands on the line y = 640 and is centred on x = 400. */
export type Drawing = (palette: Palette) => string;

type Look = Record<string, string | number>;

const attributes = (look: Look): string =>
	Object.entries(look)
		.map(([name, value]) => ` ${name}="${value}"`)
		.join("");

export const path = (d: string, fill: string, look: Look = {}): string =>
	`<path d="${d}" fill="${fill}"${attributes(look)}/>`;

export const line = (d: string, stroke: string, width: number, look: Look = {}): string =>
	`<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"${attributes(look)}/>`;

export const box = (
	x: number,
	y: number,
	width: number,
	height: number,
	fill: string,
	rx = 0,
	look: Look = {},
): string =>
	`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"${rx ? ` rx="${rx}"` : ""}${attributes(look)}/>`;

export const oval = (cx: number, cy: number, rx: number, ry: number, fill: string, look: Look = {}): string =>
	`<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="${fill}"${attributes(look)}/>`;

export const group = (transform: string, ...parts: string[]): string =>
	`<g transform="${transform}">${parts.join("")}</g>`;

export const shadow = (cx: number, rx: number, y = 640): string =>
	oval(cx, y, rx, Math.max(10, rx * 0.1), "#000", { opacity: 0.13 });

let clips = 0;

/** A filled outline with what lies on it cut to its edge; right of `shade` it is a tone darker. */
export const solid = (d: string, fill: string, shade = 430, ...on: string[]): string => {
	const id = `c${++clips}`;
	const veil = shade < 800 ? box(shade, 0, 800 - shade, 800, "#000", 0, { opacity: 0.1 }) : "";
	return `<clipPath id="${id}"><path d="${d}"/></clipPath><g clip-path="url(#${id})">${path(d, fill)}${on.join("")}${veil}</g>`;
};

/** Repeats a part `count` times; `draw` is given the running number. */
export const times = (count: number, draw: (n: number) => string): string =>
	Array.from({ length: count }, (_, n) => draw(n)).join("");

/** A mirror image on the axis x = 400. */
export const mirrored = (part: string): string => part + group("matrix(-1 0 0 1 800 0)", part);

/** A whole picture as an SVG document, below 4 kB. */
export const picture = (palette: Palette, title: string, ...parts: string[]): string => {
	clips = 0;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" role="img"><title>${title}</title>${box(0, 0, 800, 800, palette.ground)}<circle cx="400" cy="390" r="300" fill="${palette.disc}"/>${parts.join("")}</svg>\n`;
};
