import { readFileSync } from "node:fs";
import { Client, type estypes } from "@elastic/elasticsearch";
import test from "ava";
import { startElasticsearch } from "./index.ts";

// Runs where ELASTICSEARCH_URL names the original: whole answers of both are compared, scores to five digits.
const REAL = process.env.ELASTICSEARCH_URL;

interface Line {
	id: string;
	name: string;
	title: string;
	supplier: string;
	price: number;
	short_description?: string;
	attr_t_product_type?: string;
}
const { products, judgements } = JSON.parse(
	readFileSync(new URL("../../bench/judged.json", import.meta.url), "utf8"),
) as {
	products: Line[];
	judgements: Record<string, unknown>;
};

const settings: estypes.IndicesIndexSettings = {
	number_of_replicas: 0,
	analysis: {
		char_filter: {
			units: { type: "pattern_replace", pattern: "(\\d)(gb|cm)\\b", replacement: "$1 $2", flags: "CASE_INSENSITIVE" },
		},
		filter: {
			stem: { type: "stemmer", language: "english" },
			same: { type: "synonym", synonyms: ["laptop, notebook", "tv => television, tv"] },
			start: { type: "edge_ngram", min_gram: 1, max_gram: 8 },
		},
		analyzer: {
			words: {
				type: "custom",
				tokenizer: "standard",
				char_filter: ["units"],
				filter: ["lowercase", "asciifolding", "stem"],
			},
			same: { type: "custom", tokenizer: "standard", filter: ["lowercase", "stop", "same"] },
			start: { type: "custom", tokenizer: "standard", filter: ["lowercase", "start"] },
		},
	},
};
const words = { type: "text", analyzer: "words" } as const;
const properties: Record<string, estypes.MappingProperty> = {
	id: { type: "keyword" },
	title: {
		...words,
		fields: {
			same: { type: "text", analyzer: "same" },
			start: { type: "text", analyzer: "start", search_analyzer: "standard" },
		},
	},
	vendor: { ...words, fields: { raw: { type: "keyword" } } },
	text: { ...words, index_options: "freqs" as const },
	type: { type: "keyword" },
	tags: { type: "keyword" },
	price: { type: "long" },
	rating: { type: "double" },
	sold: { type: "boolean" },
};

function documentOf({ id, title, supplier, price, short_description: text = "", attr_t_product_type: type }: Line) {
	const n = Number(id) % 97;
	const tags = [n % 3 ? "sale" : "plain", ...(n % 5 ? [] : ["rare", "gift"])];
	return {
		id,
		title,
		vendor: supplier,
		text,
		price,
		tags,
		sold: n % 2 === 0,
		...(type && { type }),
		...(n % 4 && { rating: n / 20 }),
	};
}

function requests(query: string): Record<string, estypes.SearchRequest> {
	const fields = ["title^3", "vendor^2", "text"];
	const crossing = {
		multi_match: { query, fields, type: "cross_fields" as const, operator: "and" as const, tie_breaker: 0.3 },
	};
	return {
		match: { query: { match: { title: query } } },
		best: { query: { multi_match: { query, fields, tie_breaker: 0.4 } } },
		most: { query: { multi_match: { query, fields, type: "most_fields" } } },
		crossing: { query: crossing },
		some: { query: { multi_match: { query, fields, type: "cross_fields", minimum_should_match: "2<75%" } } },
		phrase: { query: { multi_match: { query, fields: ["title", "vendor^2"], type: "phrase" } } },
		begun: { query: { multi_match: { query, fields: ["title", "vendor"], type: "bool_prefix", operator: "and" } } },
		misspelt: {
			query: {
				multi_match: { query, fields: ["title^2", "vendor"], fuzziness: "AUTO", prefix_length: 1, max_expansions: 20 },
			},
		},
		synonyms: { query: { match: { "title.same": query } } },
		beginnings: { query: { match: { "title.start": { query, operator: "and", fuzziness: "AUTO" } } } },
		faceted: {
			query: {
				bool: {
					must: [crossing],
					should: [{ match_phrase: { title: { query, boost: 2 } } }, { term: { tags: "rare" } }],
					filter: [{ range: { price: { gte: 500 } } }],
					must_not: [{ term: { sold: true } }],
				},
			},
			post_filter: { terms: { tags: ["sale", "gift"] } },
			aggs: {
				vendor: { terms: { field: "vendor.raw", size: 5 } },
				price: { range: { field: "price", ranges: [{ to: 5000 }, { from: 5000, to: 20_000 }, { from: 20_000 }] } },
				rare: {
					filter: { term: { tags: "rare" } },
					aggs: { types: { terms: { field: "type" } }, rating: { stats: { field: "rating" } } },
				},
				missing: { missing: { field: "rating" } },
			},
		},
		weighed: {
			query: {
				function_score: {
					query: {
						dis_max: { queries: [{ match: { title: query } }, { match: { vendor: query } }], tie_breaker: 0.2 },
					},
					functions: [
						{ filter: { term: { sold: true } }, weight: 2 },
						{ field_value_factor: { field: "rating", modifier: "log1p", missing: 0 } },
					],
					score_mode: "sum",
				},
			},
		},
		sorted: {
			query: { match: { text: query } },
			sort: [{ rating: { order: "desc", missing: -1 } }, { price: "asc" }, "id"],
			_source: ["title", "tags"],
		},
	};
}

if (REAL === undefined) test.skip("answers are those of the original", () => {});
else
	test("answers are those of the original", async (t) => {
		t.timeout(120_000);
		const server = await startElasticsearch();
		const clients = [REAL, server.url].map((node) => new Client({ node })) as [Client, Client];
		const index = `parity-${process.pid}`;
		t.teardown(async () => {
			await clients[0].indices.delete({ index });
			for (const client of clients) await client.close();
			await server.close();
		});
		for (const client of clients) {
			await client.indices.create({ index, settings, mappings: { dynamic: "strict", properties } });
			const operations = products.flatMap((line) => [{ index: { _id: line.id } }, documentOf(line)]);
			t.false((await client.bulk({ index, operations, refresh: true })).errors);
			// One segment: frequencies are then those of all documents.
			if (client === clients[0]) await client.indices.forcemerge({ index, max_num_segments: 1 });
		}
		for (const query of [...Object.keys(judgements), "HP LaserJet 4GB", "the and of", "samsnug", "c++ & x", "zzzz"]) {
			for (const [name, request] of Object.entries(requests(query))) {
				const sort: estypes.SortCombinations[] = [{ _score: { order: "desc" } }, { id: "asc" }];
				const asked: estypes.SearchRequest = { index, size: 20, sort, ...request };
				const [real, embedded] = await Promise.all(clients.map((client) => client.search(asked)));
				t.is(difference({ ...real, took: 0 }, { ...embedded, took: 0 }), null, `${name}: ${query}`);
			}
		}
	});

/** The first place where two answers differ; the last digits of a 32-bit float may. */
function difference(a: unknown, b: unknown, path = ""): string | null {
	if (typeof a === "number" && typeof b === "number" && Math.abs(a - b) <= 2e-6 * Math.abs(a)) return null;
	if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
		return a === b ? null : `${path}: ${JSON.stringify(a)} and not ${JSON.stringify(b)}`;
	for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
		const found = difference(
			(a as Record<string, unknown>)[key],
			(b as Record<string, unknown>)[key],
			`${path}.${key}`,
		);
		if (found) return found;
	}
	return null;
}
