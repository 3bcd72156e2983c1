import type { Category, ProductListEntry } from "../../schemas/product.ts";

/** What the index holds of a product. */
export interface IndexedProduct {
	id: string;
	title: string;
	vendor: string;
	category: string[];
	categories: string[];
	tags: string[];
	options: string[];
	sku: string[];
	description: string;
	prices: number[];
	inStock: boolean;
	rating?: number;
	ratingCount?: number;
	createdAt: string;
	product: ProductListEntry;
}

/** Of a description no more is searched. */
const LONGEST_TEXT = 10_000;

/** The document of a product; `category` finds a category by its slug. */
export function indexed(product: ProductListEntry, category: (slug: string) => Category | undefined): IndexedProduct {
	const slugs = product.category === null ? [] : (category(product.category)?.path ?? [product.category]);
	return {
		id: product.id,
		title: product.title,
		vendor: product.vendor,
		category: slugs.map((slug) => category(slug)?.title ?? slug.replaceAll("-", " ")),
		categories: slugs,
		tags: product.tags,
		options: product.options.flatMap(({ values }) => values),
		sku: product.variants.map(({ sku }) => sku),
		description: plainText(product.description),
		prices: product.variants.map(({ price }) => price.amount),
		inStock: product.variants.some(({ available }) => available > 0),
		...(product.rating && { rating: product.rating.average, ratingCount: product.rating.count }),
		createdAt: product.createdAt,
		product,
	};
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** The words of sanitised HTML. */
export function plainText(html: string): string {
	if (!html.includes("<") && !html.includes("&")) return html.slice(0, LONGEST_TEXT);
	return html
		.slice(0, LONGEST_TEXT * 4)
		.replace(/<[^>]*>/g, " ")
		.replace(/&(?:#(\d{1,7})|([a-z]+));/g, (_, code, name) =>
			code === undefined
				? (ENTITIES[name] ?? " ")
				: Number(code) <= 0x10ffff
					? String.fromCodePoint(Number(code))
					: " ",
		)
		.slice(0, LONGEST_TEXT);
}

/** Where the ranges of the price facet end, in minor units. */
export const PRICE_EDGES = [1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000];

/** `from` counts in, `to` does not; null is open. */
export const PRICE_RANGES: { from: number | null; to: number | null }[] = [null, ...PRICE_EDGES].map((from, i) => ({
	from,
	to: PRICE_EDGES[i] ?? null,
}));

/** The rating facet: how many have at least so many stars. */
export const STARS = [5, 4, 3, 2, 1];

const WORD = /[\p{L}\p{N}]+(?:['’.][\p{L}\p{N}]+)*/gu;
const MOST_WORDS = 12;

/** The words of what somebody typed; long questions are cut. */
export function wordsOf(text: string): string[] {
	return (text.match(WORD) ?? []).slice(0, MOST_WORDS);
}
