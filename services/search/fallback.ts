import { type Caller, call } from "../../runtime/action.ts";
import type { Result } from "../../schemas/contract.ts";
import { categoryProducts, listProducts, type ProductListEntry } from "../../schemas/product.ts";
import type { search } from "../../schemas/search.ts";
import { PRICE_RANGES, STARS } from "./domain.ts";
import type { Question } from "./queries.ts";
import { recently } from "./recent.ts";
import { begins, typedWords } from "./suggestions.ts";

type Answer = Result<typeof search>;

const PAGE = 100;
/** Of a catalogue no more is looked through, so that the answer comes within a second. */
const MOST_PAGES = 5;
const BUDGET = 300;

/** Searches without the index: the youngest products of the plain list, those whose words begin as asked. */
export async function searchCatalogue(from: Caller, question: Question): Promise<Answer> {
	const { category, vendor, tag, limit = 20 } = question;
	const words = typedWords(question.q ?? "");
	const listed = await recently(["catalogue", category, vendor, tag], () => youngest(from, question));
	const found = listed.filter((product) => fits(product, question, words));
	sort(found, question.sort);
	return {
		data: found.slice(0, limit).map((product) => ({ product, score: 0 })),
		total: found.length,
		facets: facetsOf(found),
		nextCursor: null,
		degraded: true,
	};
}

async function youngest(from: Caller, question: Question): Promise<ProductListEntry[]> {
	const found: ProductListEntry[] = [];
	const began = Date.now();
	let cursor: string | undefined;
	for (let pages = 0; pages < MOST_PAGES && Date.now() - began < BUDGET; pages++) {
		const { data, nextCursor } = await readPage(from, question, {
			limit: PAGE,
			...(cursor === undefined ? {} : { cursor }),
		});
		found.push(...data);
		if (nextCursor === null) break;
		cursor = nextCursor;
	}
	return found;
}

async function readPage(from: Caller, { category, vendor, tag }: Question, page: { limit: number; cursor?: string }) {
	if (category === undefined)
		return call(from, listProducts, {
			...page,
			...(vendor === undefined ? {} : { vendor }),
			...(tag === undefined ? {} : { tag }),
		});
	try {
		return await call(from, categoryProducts, { ...page, id: category, deep: true });
	} catch (error) {
		if ((error as { type?: string }).type === "not_found") return { data: [], nextCursor: null };
		throw error;
	}
}

function fits(product: ProductListEntry, question: Question, words: string[]): boolean {
	const { vendor, tag, minPrice = 0, maxPrice = Number.MAX_SAFE_INTEGER, minRating, inStock } = question;
	if (vendor !== undefined && product.vendor !== vendor) return false;
	if (tag !== undefined && !product.tags.includes(tag)) return false;
	if (
		(question.minPrice ?? question.maxPrice) !== undefined &&
		!product.variants.some(({ price }) => price.amount >= minPrice && price.amount <= maxPrice)
	)
		return false;
	if (minRating !== undefined && (product.rating?.average ?? 0) < minRating) return false;
	if (inStock !== undefined && product.variants.some(({ available }) => available > 0) !== inStock) return false;
	return begins(words, `${product.title} ${product.vendor} ${product.tags.join(" ")} ${product.category ?? ""}`);
}

function sort(found: ProductListEntry[], by: Question["sort"]): void {
	const price = (product: ProductListEntry, end: "min" | "max") => product.priceRange?.[end].amount ?? 0;
	if (by === "price") found.sort((a, b) => price(a, "min") - price(b, "min"));
	if (by === "-price") found.sort((a, b) => price(b, "max") - price(a, "max"));
	if (by === "rating") found.sort((a, b) => (b.rating?.average ?? -1) - (a.rating?.average ?? -1));
}

function facetsOf(found: ProductListEntry[]): Answer["facets"] {
	const count = (values: (string | null)[]) => {
		const counts = Map.groupBy(
			values.filter((value) => value !== null),
			(value) => value,
		);
		return [...counts].map(([value, all]) => ({ value, count: all.length })).sort((a, b) => b.count - a.count);
	};
	const among = (fits: (product: ProductListEntry) => boolean) => found.filter(fits).length;
	return {
		category: count(found.map(({ category }) => category)),
		vendor: count(found.map(({ vendor }) => vendor)),
		tag: count(found.flatMap(({ tags }) => tags)),
		price: PRICE_RANGES.map(({ from, to }) => ({
			from,
			to,
			count: among(({ variants }) =>
				variants.some(({ price }) => price.amount >= (from ?? 0) && price.amount < (to ?? Infinity)),
			),
		})).filter(({ count }) => count > 0),
		rating: STARS.map((value) => ({ value, count: among(({ rating }) => (rating?.average ?? 0) >= value) })).filter(
			({ count }) => count > 0,
		),
	};
}
