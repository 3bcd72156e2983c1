import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { parse } from "csv-parse/sync";
import { picture } from "./drawing/canvas.ts";
import { drawings } from "./drawing/drawings.ts";

type Row = Record<string, string>;

const at = (path: string) => join(import.meta.dirname, path);
const read = (path: string): Row[] => parse(readFileSync(at(path)), { columns: true });
const rows = read("sample-catalogue.csv");
const recent = read("sample-catalogue-small-new.csv");

test("every picture that the catalogue shows is there", (t) => {
	const shown = [
		...rows.flatMap((row) => [row["Image Src"], row["Variant Image"]]),
		...recent.map((row) => row["Product image URL"]),
	];
	for (const url of shown) if (url) t.true(existsSync(at(url.slice(1))), url);
});

test("the pictures are as the drawing code makes them, each below 4 kB", (t) => {
	for (const { name, title, palette, draw } of drawings) {
		const file = at(`images/${name}.svg`);
		t.is(readFileSync(file, "utf8"), picture(palette, title, draw(palette)), name);
		t.true(statSync(file).size < 4096, name);
	}
});

test("a SKU names one variant, and a product's rows stand together", (t) => {
	const skus = rows.map((row) => row["Variant SKU"]).filter(Boolean);
	t.is(new Set(skus).size, skus.length);
	const runs = rows.map((row) => row.Handle).filter((handle, n, all) => handle !== all[n - 1]);
	t.is(new Set(runs).size, runs.length);
	t.true(runs.length >= 60);
});

test("a price that is crossed out is above the price", (t) => {
	for (const row of rows) {
		const was = row["Variant Compare At Price"];
		if (was) t.true(Number(was) > Number(row["Variant Price"]), row["Variant SKU"]);
	}
});
