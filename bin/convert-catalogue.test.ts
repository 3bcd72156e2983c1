import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import test from "ava";
import { parse } from "csv-parse/sync";
import { convert } from "./convert-catalogue.ts";

const items = [
	{
		id: "1",
		title: "Acme 4711 toner cartridge Black",
		supplier: "Acme",
		price: 4995,
		ean: ["0095205603217"],
		short_description: "For 5 < 6 printers\u2028and more",
		img_500x500: "http://images.example/1.jpg",
		attr_n_weight: 350.4,
		attr_b_recycled: true,
	},
	{ id: "2", title: "dv7", supplier: "HP", price: 7, ean: [], attr_t_product_type: "Notebook" },
];

for (const zipped of [false, true]) {
	test(`a ${zipped ? "packed" : "plain"} catalogue becomes a product CSV, the same each time`, async (t) => {
		const folder = mkdtempSync(join(tmpdir(), "tradewind-convert-"));
		t.teardown(() => rmSync(folder, { recursive: true }));
		const source = join(folder, zipped ? "in.ndjson.gz" : "in.ndjson");
		const lines = items.map((item) => `${JSON.stringify(item)}\n`).join("");
		writeFileSync(source, zipped ? gzipSync(lines) : lines);
		const target = join(folder, "out.csv");
		t.is(await convert(source, target), 2);
		const csv = readFileSync(target, "utf8");
		await convert(source, target);
		t.is(readFileSync(target, "utf8"), csv);
		const [first, second] = parse(csv, { columns: true }) as Record<string, string>[];
		t.like(first, {
			Handle: "acme-4711-toner-cartridge-black-1",
			Vendor: "Acme",
			"Product Category": "Printing > Toner",
			"Variant Price": "49.95",
			"Variant Barcode": "0095205603217",
			"Variant Grams": "350",
			"Body (HTML)":
				"<p>For 5 &lt; 6 printers and more</p><table><tbody><tr><th>Weight</th><td>350.4</td></tr><tr><th>Recycled</th><td>Yes</td></tr></tbody></table>",
		});
		t.like(second, { Type: "Notebook", "Variant Price": "0.07", "Image Src": "", "Variant Grams": "0" });
	});
}

test("a catalogue that is not there is an error", async (t) => {
	await t.throwsAsync(convert("/nowhere/in.ndjson.gz", join(tmpdir(), "tradewind-nowhere.csv")), { code: "ENOENT" });
	rmSync(join(tmpdir(), "tradewind-nowhere.csv"), { force: true });
});
