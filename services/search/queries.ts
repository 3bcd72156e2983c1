import type { estypes } from "@elastic/elasticsearch";
import type { Params } from "../../schemas/contract.ts";
import type { Facets, search } from "../../schemas/search.ts";
import { PRICE_RANGES, STARS, wordsOf } from "./domain.ts";

type Query = estypes.QueryDslQueryContainer;
export type Question = Params<typeof search>;
/** How strictly words must match: all of them; all but with misspellings and some missing; any of them. */
export type Mode = "all" | "close" | "any";
export type Ordering = NonNullable<Question["sort"]>;

const FIELDS = ["title^3", "vendor^2", "category^2", "tags", "options", "sku", "description"];
const SHORT_FIELDS = ["title^3", "vendor^2", "category^2", "tags"];
/** A word that stands in several fields counts for more, but the best field for most. */
const TIE = 0.3;
const PAGE = 20;

/** The request that answers a question. `after` are the sort values of the page before. */
export function searchRequest(
	question: Question,
	mode: Mode,
	after: estypes.SortResults | undefined,
): estypes.SearchRequest {
	const { q = "", inStock, limit = PAGE } = question;
	const filters = filtersOf(question);
	return {
		query: {
			bool: {
				must: [q.trim() === "" ? { match_all: {} } : relevance(q, mode)],
				...(inStock === undefined ? {} : { filter: [{ term: { inStock } }] }),
			},
		},
		...(filters.size > 0 && { post_filter: { bool: { filter: [...filters.values()] } } }),
		aggs: { ...facetRequests(filters), ...(filters.size > 0 && { [MATCHED]: { filter: { match_all: {} } } }) },
		sort: SORTS[orderingOf(question)],
		...(after && { search_after: after }),
		size: limit + 1,
		track_total_hits: true,
		track_scores: true,
		_source: ["product"],
	};
}

/** Without words nothing is more relevant than what is new. */
export function orderingOf({ q = "", sort = "relevance" }: Question): Ordering {
	return sort === "relevance" && q.trim() === "" ? "newest" : sort;
}

const SORTS: Record<Ordering, estypes.Sort> = {
	relevance: [{ _score: { order: "desc" } }, { id: "asc" }],
	price: [{ prices: { order: "asc", missing: Number.MAX_SAFE_INTEGER } }, { id: "asc" }],
	"-price": [{ prices: { order: "desc", missing: -1 } }, { id: "asc" }],
	newest: [{ createdAt: "desc" }, { id: "desc" }],
	rating: [{ rating: { order: "desc", missing: -1 } }, { ratingCount: { order: "desc", missing: 0 } }, { id: "asc" }],
};

/** How many sort values each ordering has, the last one being an id. */
export const SORT_VALUES: Record<Ordering, number> = { relevance: 2, price: 2, "-price": 2, newest: 2, rating: 3 };

function relevance(q: string, mode: Mode): Query {
	if (mode === "any") return crossing(q, "or", 1);
	const exact: Query = {
		bool: {
			must: [crossing(q, "and", mode === "close" ? 10 : 1)],
			should: [{ term: { "sku.raw": { value: q.trim(), boost: 50 } } }],
		},
	};
	const words = wordsOf(q);
	if (mode === "all" || words.length === 0) return exact;
	return {
		bool: {
			should: [exact, { bool: { should: words.map(nearly), minimum_should_match: "2<75%" } }],
			minimum_should_match: 1,
		},
	};
}

/** The words may stand in different fields. */
function crossing(query: string, operator: "and" | "or", boost: number): Query {
	return { multi_match: { query, fields: FIELDS, type: "cross_fields", operator, tie_breaker: TIE, boost } };
}

/** A word as it is anywhere, or misspelt where it matters. */
function nearly(query: string): Query {
	const misspelt = { fuzziness: "AUTO", prefix_length: 1, max_expansions: 20, tie_breaker: TIE };
	return {
		dis_max: {
			queries: [
				{ multi_match: { query, fields: SHORT_FIELDS, ...misspelt } },
				{ multi_match: { query, fields: FIELDS, tie_breaker: TIE } },
			],
		},
	};
}

function filtersOf({ category, vendor, tag, minPrice, maxPrice, minRating }: Question): Map<string, Query> {
	const filters = new Map<string, Query>();
	if (category !== undefined) filters.set("category", { term: { categories: category } });
	if (vendor !== undefined) filters.set("vendor", { term: { "vendor.raw": vendor } });
	if (tag !== undefined) filters.set("tag", { term: { "tags.raw": tag } });
	if (minPrice !== undefined || maxPrice !== undefined)
		filters.set("price", {
			range: {
				prices: { ...(minPrice !== undefined && { gte: minPrice }), ...(maxPrice !== undefined && { lte: maxPrice }) },
			},
		});
	if (minRating !== undefined) filters.set("rating", { range: { rating: { gte: minRating } } });
	return filters;
}

type Aggregations = Record<string, estypes.AggregationsAggregationContainer>;

const FACETS: Aggregations = {
	category: { terms: { field: "categories", size: 100 } },
	vendor: { terms: { field: "vendor.raw", size: 100 } },
	tag: { terms: { field: "tags.raw", size: 100 } },
	price: {
		range: {
			field: "prices",
			ranges: PRICE_RANGES.map(({ from, to }) => ({ ...(from !== null && { from }), ...(to !== null && { to }) })),
		},
	},
	rating: { range: { field: "rating", ranges: STARS.map((from) => ({ key: String(from), from })) } },
};

/** Each facet counts under all filters but its own, so that the other values of a chosen one stay to be chosen. */
function facetRequests(filters: Map<string, Query>): Aggregations {
	return Object.fromEntries(
		Object.entries(FACETS).map(([name, inner]) => {
			const others = [...filters].filter(([facet]) => facet !== name).map(([, query]) => query);
			return [name, others.length === 0 ? inner : { filter: { bool: { filter: others } }, aggs: { inner } }];
		}),
	);
}

const MATCHED = "matched";

/** How many products the words alone find, whatever the chosen facets leave of them. */
export function matchedOf({ hits, aggregations }: estypes.SearchResponse): number {
	const matched = aggregations?.[MATCHED] as { doc_count: number } | undefined;
	return matched?.doc_count ?? (hits.total as estypes.SearchTotalHits).value;
}

interface Bucket {
	key: string;
	from?: number;
	to?: number;
	doc_count: number;
}

/** The facets of an answer. */
export function facetsOf(answered: Record<string, unknown> = {}): Facets {
	const buckets = (name: string) => {
		const facet = answered[name] as { buckets?: Bucket[]; inner?: { buckets: Bucket[] } } | undefined;
		return (facet?.inner?.buckets ?? facet?.buckets ?? []).filter(({ doc_count }) => doc_count > 0);
	};
	const counts = (name: string) => buckets(name).map(({ key, doc_count }) => ({ value: key, count: doc_count }));
	return {
		category: counts("category"),
		vendor: counts("vendor"),
		tag: counts("tag"),
		price: buckets("price").map(({ from = null, to = null, doc_count }) => ({ from, to, count: doc_count })),
		rating: counts("rating")
			.map(({ value, count }) => ({ value: Number(value), count }))
			.sort((a, b) => b.value - a.value),
	};
}

/** Products and vendors whose words begin as typed; `misspelt` forgives a letter or two. */
export function suggestRequest(q: string, size: number, misspelt: boolean): estypes.SearchRequest {
	const close = misspelt ? { fuzziness: "AUTO", prefix_length: 1, max_expansions: 30 } : {};
	const starts = (field: string, boost: number): Query => ({
		match: { [field]: { query: q, operator: "and", boost, ...close } },
	});
	return {
		query: { dis_max: { queries: [starts("title.start", 2), starts("vendor.start", 1), starts("category.start", 1)] } },
		aggs: {
			vendor: { filter: starts("vendor.start", 1), aggs: { names: { terms: { field: "vendor.raw", size: 2 } } } },
			category: { filter: starts("category.start", 1), aggs: { names: { terms: { field: "categories", size: 10 } } } },
		},
		size,
		track_total_hits: false,
		_source: ["id", "title"],
	};
}
