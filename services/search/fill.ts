import { type Caller, call } from "../../runtime/action.ts";
import { type ProductListEntry, productPage } from "../../schemas/product.ts";
import { categories } from "./categories.ts";
import { indexed } from "./domain.ts";
import { createNext, discard, isCurrent, promote, sizeOf, targets, write } from "./model.ts";
import { forgetAnswers } from "./recent.ts";

const PAGE = 200;
/** An index that did not grow for so long was left by a node that is gone. */
const ABANDONED = 3_000;

export interface Filled {
	indexed: number;
	milliseconds: number;
}

let underWay: Promise<Filled> | null = null;

/**
 * Fills a fresh index from the catalogue, beside the one in use, and swaps them in one step: searches never see less. Changes
 * that happen meanwhile are written to both. One at a time.
 */
export function fill(from: Caller): Promise<Filled> {
	underWay ??= run(from).finally(() => {
		underWay = null;
	});
	return underWay;
}

/** Fills the index where there is none for this code's mapping, unless another node does. Returns at once when all is well. */
export async function ensureFilled(from: Caller): Promise<void> {
	for (;;) {
		if (await isCurrent()) return;
		const others = (await targets()).filter(({ filling }) => filling);
		if (others.length === 0 || (await abandoned(others.map(({ index }) => index)))) {
			await fill(from);
			return;
		}
	}
}

async function run(from: Caller): Promise<Filled> {
	const began = Date.now();
	const index = await createNext();
	let count = 0;
	try {
		let after: string | undefined;
		for (;;) {
			const { data } = await call(from, productPage, { limit: PAGE, ...(after === undefined ? {} : { after }) });
			await add(index, data, from);
			count += data.length;
			if (data.length < PAGE) break;
			after = data.at(-1)!.id;
		}
		await promote(index);
		forgetAnswers();
	} catch (error) {
		await discard(index).catch(() => {});
		throw error;
	}
	return { indexed: count, milliseconds: Date.now() - began };
}

/** Adds what is not there: a document that is was written by a consumer, which read the product later. */
async function add(index: string, products: ProductListEntry[], from: Caller): Promise<void> {
	const bySlug = await categories(
		from,
		products.map(({ category }) => category),
	);
	await write(
		products.map((product) => ({
			index,
			id: product.id,
			product: indexed(product, (slug) => bySlug.get(slug)),
			seen: null,
		})),
	);
}

async function abandoned(indices: string[]): Promise<boolean> {
	const before = await Promise.all(indices.map(sizeOf));
	await new Promise((resolve) => setTimeout(resolve, ABANDONED));
	const still = new Set((await targets()).filter(({ filling }) => filling).map(({ index }) => index));
	const after = await Promise.all(indices.map((index) => (still.has(index) ? sizeOf(index) : -1)));
	if (after.some((size, i) => size !== before[i])) return false;
	await Promise.all(indices.map(discard));
	return true;
}
