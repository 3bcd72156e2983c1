import { createHash } from "node:crypto";
import type { estypes } from "@elastic/elasticsearch";

// Words are compared by their stems; what stands around a number is taken apart (`500GB` as `500 GB`), so that both spellings meet.
const WORDS = ["lowercase", "asciifolding", "possessive", "stem"];

export const SETTINGS: estypes.IndicesIndexSettings = {
	number_of_shards: 1,
	number_of_replicas: 0,
	refresh_interval: "500ms",
	analysis: {
		char_filter: {
			units: {
				type: "pattern_replace",
				pattern: "(\\d)(gb|tb|mb|kb|mhz|ghz|hz|mah|mm|cm|kg|ml|inch|in|ft|oz|lb|w|v|l|m|g)\\b",
				replacement: "$1 $2",
				flags: "CASE_INSENSITIVE",
			},
			inches: { type: "pattern_replace", pattern: "(\\d)\\s*(?:\"|''|\u2033|\u201d)", replacement: "$1 inch" },
			wifi: { type: "pattern_replace", pattern: "\\bwi[- ]fi\\b", replacement: "wifi", flags: "CASE_INSENSITIVE" },
		},
		filter: {
			possessive: { type: "stemmer", language: "possessive_english" },
			stem: { type: "stemmer", language: "english" },
			fillers: { type: "stop", stopwords: ["a", "an", "and", "for", "in", "of", "or", "the", "to", "with"] },
			beginnings: { type: "edge_ngram", min_gram: 1, max_gram: 10 },
			beginning: { type: "truncate", length: 10 },
		},
		analyzer: {
			words: { type: "custom", tokenizer: "standard", char_filter: ["units", "inches", "wifi"], filter: WORDS },
			asked: {
				type: "custom",
				tokenizer: "standard",
				char_filter: ["units", "inches", "wifi"],
				filter: ["lowercase", "asciifolding", "possessive", "fillers", "stem"],
			},
			beginnings: { type: "custom", tokenizer: "standard", filter: ["lowercase", "asciifolding", "beginnings"] },
			typed: { type: "custom", tokenizer: "standard", filter: ["lowercase", "asciifolding", "beginning"] },
		},
		normalizer: { plain: { type: "custom", filter: ["lowercase", "asciifolding"] } },
	},
};

const words = { type: "text", analyzer: "words", search_analyzer: "asked", index_options: "freqs" } as const;
const beginnings = {
	type: "text",
	analyzer: "beginnings",
	search_analyzer: "typed",
	index_options: "freqs",
	norms: false,
} as const;

const PROPERTIES = {
	id: { type: "keyword" },
	title: { ...words, fields: { start: beginnings } },
	vendor: { ...words, fields: { raw: { type: "keyword" }, start: beginnings } },
	/** Titles of the category and those above it. */
	category: { ...words, fields: { start: beginnings } },
	/** Their slugs. */
	categories: { type: "keyword" },
	tags: { ...words, fields: { raw: { type: "keyword" } } },
	options: words,
	sku: { ...words, fields: { raw: { type: "keyword", normalizer: "plain" } } },
	description: words,
	/** Of every variant, in minor units. */
	prices: { type: "long" },
	inStock: { type: "boolean" },
	rating: { type: "double" },
	ratingCount: { type: "integer" },
	createdAt: { type: "date" },
	/** What is shown: the entry of a list, as it is. */
	product: { type: "object", enabled: false },
} as const satisfies Record<string, estypes.MappingProperty>;

/** Changes with settings or mapping: an index that was made by others is filled anew. */
export const FINGERPRINT = createHash("sha256")
	.update(JSON.stringify([SETTINGS, PROPERTIES]))
	.digest("hex")
	.slice(0, 16);

export const MAPPINGS: estypes.MappingTypeMapping = {
	// A field that older code does not know is kept but not searched, so that nodes of both can write.
	dynamic: false,
	_meta: { fingerprint: FINGERPRINT },
	properties: PROPERTIES,
};
