import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { picture } from "./drawing/canvas.ts";
import { drawings } from "./drawing/drawings.ts";

/** Draws the sample catalogue's pictures: `node data/draw.ts [--out data/images]`. */
const { values } = parseArgs({ options: { out: { type: "string", default: join(import.meta.dirname, "images") } } });

mkdirSync(values.out, { recursive: true });
for (const { name, title, palette, draw } of drawings) {
	writeFileSync(join(values.out, `${name}.svg`), picture(palette, title, draw(palette)));
}
console.log(`${drawings.length} pictures in ${values.out}`);
