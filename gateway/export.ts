import { call } from "../runtime/action.ts";
import { exportProducts } from "../schemas/product.ts";
import type { Exchange } from "./exchange.ts";
import { fromQuery } from "./params.ts";

/** Streams all pages of the export as one file; a client that reads slowly slows the reading. */
export async function sendExport({ request, response, entry, query, from }: Exchange): Promise<void> {
	let page = await call(from, exportProducts, fromQuery(entry, query));
	response.writeHead(200, {
		"Content-Type": "text/csv; charset=utf-8",
		"Content-Disposition": 'attachment; filename="products.csv"',
	});
	while (request.method !== "HEAD") {
		if (!response.write(page.body))
			await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
		if (!page.nextCursor || response.destroyed) break;
		page = await call(from, exportProducts, { cursor: page.nextCursor });
	}
	response.end();
}
