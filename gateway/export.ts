import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { call } from "../runtime/action.ts";
import { exportProducts } from "../schemas/product.ts";
import { codingOf, compressor } from "./encoding.ts";
import type { Exchange } from "./exchange.ts";
import { fromQuery } from "./params.ts";

/** Streams all pages of the export as one file; a client that reads slowly slows the reading. */
export async function sendExport({ request, response, entry, query, from }: Exchange): Promise<void> {
	const first = await call(from, exportProducts, fromQuery(entry, query));
	const coding = codingOf(request.headers["accept-encoding"]);
	response.appendHeader("Vary", "Accept-Encoding");
	response.writeHead(200, {
		"Content-Type": "text/csv; charset=utf-8",
		"Content-Disposition": 'attachment; filename="products.csv"',
		...(coding ? { "Content-Encoding": coding } : {}),
	});
	if (request.method === "HEAD") {
		response.end();
		return;
	}
	async function* pages() {
		for (let page = first; ; page = await call(from, exportProducts, { cursor: page.nextCursor as string })) {
			yield page.body;
			if (!page.nextCursor) return;
		}
	}
	const file = Readable.from(pages());
	await (coding ? pipeline(file, compressor(coding), response) : pipeline(file, response)).catch((error) => {
		// Whoever went away in the middle is nobody's mistake.
		if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
	});
}
