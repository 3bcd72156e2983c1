import Type, { type Static } from "typebox";
import { closed, Id, Line, nullable } from "./common.ts";
import { contract } from "./contract.ts";
import { ProductListEntry } from "./product.ts";

const Counts = Type.Array(closed({ value: Type.String(), count: Type.Integer() }));

export const Facets = closed({
	category: Counts,
	vendor: Counts,
	tag: Counts,
	price: Type.Array(closed({ from: nullable(Type.Integer()), to: nullable(Type.Integer()), count: Type.Integer() }), {
		description: "Products with a variant in the range; `from` is in it, `to` is not, null is open",
	}),
	rating: Type.Array(closed({ value: Type.Integer(), count: Type.Integer() }), {
		description: "Products with at least so many stars",
	}),
});
export type Facets = Static<typeof Facets>;

export const search = contract({
	name: "search.query",
	summary:
		"Finds products; facets are disjunctive. Without the index a plain list of the catalogue answers, `degraded`",
	kind: "read",
	params: closed({
		q: Type.Optional(Line(200, 0)),
		category: Type.Optional(Line(200)),
		vendor: Type.Optional(Line(200)),
		tag: Type.Optional(Line(200)),
		minPrice: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
		maxPrice: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
		inStock: Type.Optional(Type.Boolean()),
		minRating: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
		sort: Type.Optional(Type.Enum(["relevance", "price", "-price", "newest", "rating"])),
		limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
		cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
	}),
	result: closed({
		data: Type.Array(closed({ product: ProductListEntry, score: Type.Number() })),
		total: Type.Integer(),
		facets: Facets,
		nextCursor: nullable(Type.String()),
		degraded: Type.Boolean(),
	}),
	errors: ["unavailable"],
	route: { method: "GET", path: "/v1/search", access: "anyone" },
});

export const suggest = contract({
	name: "search.suggest",
	summary: "Phrases and products for what is being typed",
	kind: "read",
	params: closed({ q: Line(100), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 8 })) }),
	result: closed({
		data: Type.Array(
			closed({
				text: Type.String(),
				type: Type.Enum(["product", "category", "vendor", "phrase"]),
				id: Type.Optional(Id),
			}),
		),
	}),
	errors: ["unavailable"],
	route: { method: "GET", path: "/v1/search/suggest", access: "anyone" },
});

export const reindex = contract({
	name: "search.reindex",
	summary: "Fills the index from the catalogue anew, beside the one in use",
	kind: "write",
	callers: [],
	idempotent: true,
	timeout: 600_000,
	params: closed({}),
	result: closed({ indexed: Type.Integer(), milliseconds: Type.Integer() }),
	errors: ["unavailable"],
});
