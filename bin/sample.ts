import { createReadStream } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse";
import { type Caller, call } from "../runtime/action.ts";
import { importRows, listProducts, startImport } from "../schemas/product.ts";

const FILE = join(import.meta.dirname, "..", "data", "sample-catalogue.csv");

/** Fills a shop without products with the sample catalogue, through the same import as any other file. */
export async function loadSample(from: Caller): Promise<void> {
	const { data } = await call(from, listProducts, { limit: 1 });
	if (data.length > 0) return;
	const rows: string[][] = await createReadStream(FILE)
		.pipe(parse({ bom: true, relax_column_count: true }))
		.toArray();
	const header = rows.shift();
	if (!header) throw new Error(`${FILE} is empty`);
	const { id } = await call(from, startImport, { header });
	const done = await call(from, importRows, { id, firstRow: 2, rows, last: true });
	if (done.errors.length > 0)
		throw new Error(`the sample catalogue has a broken row: ${JSON.stringify(done.errors[0])}`);
}
