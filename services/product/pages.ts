import { LRUCache } from "lru-cache";
import type { Filter } from "../../runtime/store/collection.ts";
import { gather } from "../../runtime/store/gather.ts";
import { decodeCursor, encodeCursor } from "../../runtime/store/page.ts";
import type { ProductListEntry } from "../../schemas/product.ts";
import { recent, stockOf } from "./catalogue.ts";
import { type ProductState, products } from "./model.ts";
import { listEntry } from "./view.ts";

interface Page {
	products: ProductState[];
	nextCursor: string | null;
}

/** Pages asked for lately. Who asks for the same page at the same time shares its command. */
const pages = new LRUCache<string, () => Promise<Page>>({ max: 2_000 });

/** Forgets what belongs to another database. */
export function forgetPages(): void {
	pages.clear();
	shownPages.clear();
}

/** A page of products that fit a filter, the newest first: two commands, or three where a product changed since. */
export async function pageOf(filter: Filter, { limit = 20, cursor }: { limit?: number; cursor?: string }) {
	const key = JSON.stringify([filter, limit, cursor]);
	let read = pages.get(key);
	if (!read) {
		read = reader(filter, limit, cursor ? (decodeCursor(cursor, ["string"])[0] as string) : null);
		pages.set(key, read);
	}
	const page = await read();
	const figures = await stockOf(page.products);
	return shown(
		key,
		page.products.map((product) => listEntry(product, figures)),
		page.nextCursor,
	);
}

interface ShownPage {
	data: ProductListEntry[];
	nextCursor: string | null;
}

const shownPages = new LRUCache<string, ShownPage>({ max: 500 });

/** The same object, frozen, as long as nothing of the page changes. */
function shown(key: string, data: ProductListEntry[], nextCursor: string | null): ShownPage {
	const last = shownPages.get(key);
	const same = last?.nextCursor === nextCursor && last.data.length === data.length;
	if (last && same && data.every((entry, n) => entry === last.data[n])) return last;
	const page = Object.freeze({ data, nextCursor });
	shownPages.set(key, page);
	return page;
}

/** Reads whole products the first time; after that ids and revisions, as the products are known. */
function reader(filter: Filter, limit: number, after: string | null): () => Promise<Page> {
	const range = after === null ? filter : { ...filter, _id: { $lt: after } };
	const options = { sort: { _id: -1 as const }, limit: limit + 1 };
	let lean = false;
	const ask = gather<null, Page>(async (askers) => {
		const found = await products.findMany(range, lean ? { ...options, projection: { rev: 1 } } : options);
		const nextCursor = found.length > limit ? encodeCursor([found[limit - 1]!.id]) : null;
		const list = found.slice(0, limit);
		const page = { products: lean ? await known(list) : list, nextCursor };
		for (const product of page.products) recent.set(product.id, product);
		lean = true;
		return askers.map(() => page);
	});
	return () => ask(null);
}

/** The products of which ids and revisions were read. */
async function known(list: ProductState[]): Promise<ProductState[]> {
	const missing = list.filter(({ id, rev }) => recent.get(id)?.rev !== rev).map(({ id }) => id);
	const found = missing.length > 0 ? await products.findMany({ _id: { $in: missing } }, { limit: missing.length }) : [];
	const fresh = new Map(found.map((product) => [product.id, product]));
	return list.flatMap(({ id }) => fresh.get(id) ?? recent.get(id) ?? []).filter(({ status }) => status !== "deleted");
}
