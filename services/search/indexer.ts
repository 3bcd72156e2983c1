import { type Caller, call } from "../../runtime/action.ts";
import { fail } from "../../runtime/errors.ts";
import { productsById } from "../../schemas/product.ts";
import { categories } from "./categories.ts";
import { indexed } from "./domain.ts";
import { missed } from "./keeper.ts";
import { seen, targets, type Write, write } from "./model.ts";
import { forgetAnswers } from "./recent.ts";

/** Products of one bulk request. */
const BATCH = 200;
/** What happens within so many milliseconds goes out together: a sale touches the stock of a product several times. */
const LINGER = 300;
const ATTEMPTS = 5;

interface Waiting {
	resolve: () => void;
	reject: (error: unknown) => void;
}

let waiting = new Map<string, Waiting[]>();
let flushing = false;

/**
 * Brings the index in line with what the product service says now, whatever event told of it: events may come twice, late
 * or out of order. Those of one product that wait are one write. Resolves when it is written.
 */
export function refresh(productId: string, from: Caller): Promise<void> {
	return new Promise((resolve, reject) => {
		const others = waiting.get(productId);
		if (others) others.push({ resolve, reject });
		else waiting.set(productId, [{ resolve, reject }]);
		if (flushing) return;
		flushing = true;
		setTimeout(() => void flush(from), LINGER);
	});
}

async function flush(from: Caller): Promise<void> {
	while (waiting.size > 0) {
		const batch = new Map([...waiting].slice(0, BATCH));
		if (batch.size === waiting.size) waiting = new Map();
		else for (const id of batch.keys()) waiting.delete(id);
		const failed = await bringUpToDate([...batch.keys()], from).catch(
			(error) => new Map([...batch.keys()].map((id) => [id, error])),
		);
		for (const [id, all] of batch) for (const one of all) failed.has(id) ? one.reject(failed.get(id)) : one.resolve();
	}
	flushing = false;
}

/**
 * Reads products and writes them to every index that takes writes. What was seen of a document is read before the product is, and
 * the write holds only over that: of two writers the one that read the product later has the last word.
 * @returns what went wrong, by product
 */
async function bringUpToDate(ids: string[], from: Caller): Promise<Map<string, unknown>> {
	const failed = new Map<string, unknown>();
	let left = ids;
	for (let attempt = 0; left.length > 0 && attempt < ATTEMPTS; attempt++) {
		const indices = await targets();
		if (indices.length === 0) {
			missed();
			throw fail("unavailable", {}, "there is no index yet");
		}
		const before = await Promise.all(indices.map(({ index }) => seen(index, left)));
		const { data } = await call(from, productsById, { ids: left });
		const bySlug = await categories(
			from,
			data.map(({ category }) => category),
		);
		const products = new Map(data.map((product) => [product.id, indexed(product, (slug) => bySlug.get(slug))]));
		const writes: Write[] = [];
		for (const [i, { index, filling }] of indices.entries()) {
			for (const [n, id] of left.entries()) {
				const product = products.get(id) ?? null;
				const known = before[i]![n]!;
				if (product !== null || known !== null) writes.push({ index, id, product, seen: known });
				// Who fills the index may have read the product before it went, and write it in a moment.
				else if (filling) failed.set(id, fail("unavailable", {}, `${index} is being filled`));
			}
		}
		const { overtaken, failed: refused } = await write(writes);
		forgetAnswers();
		for (const [id, error] of refused) failed.set(id, error);
		left = left.filter((id) => overtaken.has(id));
	}
	for (const id of left) failed.set(id, fail("conflict"));
	return failed;
}
