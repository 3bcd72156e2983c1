import type { Token } from "../analysis/analyzer.ts";
import { type Json, number, text } from "../body.ts";
import { parsing, unsupported } from "../errors.ts";
import type { Field } from "../index/mapping.ts";
import { fuzzyMatches } from "./fuzzy.ts";
import { type Context, combine, constant, type Matches, none } from "./matches.ts";
import { minimumShouldMatch } from "./minimum-should-match.ts";
import { phraseMatches } from "./phrase.ts";
import { boostOf, fieldClause, indexed, prefixMatches, type Query } from "./term-level.ts";
import { tokenMatches, valueMatches } from "./terms.ts";

const FUZZY = ["fuzziness", "prefix_length", "max_expansions", "fuzzy_transpositions"];
const MATCH = ["query", "operator", "minimum_should_match", "boost", "analyzer", "zero_terms_query", ...FUZZY];
export const AUTO_SYNONYMS = "auto_generate_synonyms_phrase_query";

export const match: Query = (body, context, boost, scoring) => {
	const [name, spec] = fieldClause(body, "match", [...MATCH, AUTO_SYNONYMS], "query");
	const found = indexed(context, name);
	return found ? matchField(context, found, spec, boost * boostOf(spec), scoring) : none(context);
};

export const matchBoolPrefix: Query = (body, context, boost, scoring) => {
	const [name, spec] = fieldClause(body, "match_bool_prefix", MATCH, "query");
	const found = indexed(context, name);
	return found ? boolPrefixField(context, found, spec, boost * boostOf(spec), scoring) : none(context);
};

export const matchPhrase: Query = (body, context, boost, scoring) => {
	const [name, spec] = fieldClause(
		body,
		"match_phrase",
		["query", "slop", "boost", "analyzer", "zero_terms_query"],
		"query",
	);
	const found = indexed(context, name);
	return found ? phraseField(context, found, spec, boost * boostOf(spec), scoring) : none(context);
};

/** `match` on one field. */
export function matchField(context: Context, field: Field, spec: Json, boost: number, scoring: boolean): Matches {
	if (field.type !== "text") {
		if (spec.fuzziness !== undefined) throw unsupported(`fuzziness on the ${field.type} field [${field.name}]`);
		return valueMatches(context, field, spec.query, boost, scoring);
	}
	const tokens = tokensOf(field, spec);
	if (tokens.length === 0) return nothing(context, spec, boost);
	const clauses = tokens.map((token) =>
		spec.fuzziness === undefined || typeof token !== "string"
			? tokenMatches(context, field, token, boost, scoring)
			: fuzzyMatches(context, field, token, fuzziness(spec), boost, scoring),
	);
	return joined(context, clauses, spec, scoring);
}

/** All but the last word as terms, the last one as the beginning of a word. */
export function boolPrefixField(context: Context, field: Field, spec: Json, boost: number, scoring: boolean): Matches {
	if (field.type !== "text") return prefixMatches(context, field, text(spec.query, "query"), boost);
	const tokens = tokensOf(field, spec);
	const last = tokens.pop();
	if (last === undefined) return nothing(context, spec, boost);
	if (typeof last !== "string")
		throw unsupported(`match_bool_prefix on [${field.name}], whose analyzer puts several terms at one position`);
	const clauses = tokens.map((token) =>
		spec.fuzziness === undefined || typeof token !== "string"
			? tokenMatches(context, field, token, boost, scoring)
			: fuzzyMatches(context, field, token, fuzziness(spec), boost, scoring),
	);
	return joined(context, [...clauses, prefixMatches(context, field, last, boost)], spec, scoring);
}

export function phraseField(context: Context, field: Field, spec: Json, boost: number, scoring: boolean): Matches {
	if (spec.slop !== undefined && number(spec.slop, "slop") !== 0) throw unsupported("slop");
	if (field.type !== "text") return valueMatches(context, field, spec.query, boost, scoring);
	const tokens = analyzed(field, spec);
	const first = tokens.findIndex((token) => token !== null);
	if (first < 0) return nothing(context, spec, boost);
	return phraseMatches(
		context,
		field,
		tokens.slice(first, tokens.findLastIndex((token) => token !== null) + 1),
		boost,
		scoring,
	);
}

/** The words of the query as the field's terms, without the holes that dropped words leave. */
export function tokensOf(field: Field, spec: Json): Exclude<Token, null>[] {
	return analyzed(field, spec).filter((token) => token !== null);
}

/** Joins the clauses of a query's words by its operator or minimum_should_match. */
export function joined(context: Context, clauses: Matches[], spec: Json, scoring: boolean): Matches {
	if (isAnd(spec)) return combine(context, clauses, [], 0, scoring);
	const least =
		spec.minimum_should_match === undefined ? 1 : minimumShouldMatch(spec.minimum_should_match, clauses.length);
	return combine(context, [], clauses, Math.max(1, least), scoring);
}

export function isAnd(spec: Json): boolean {
	const operator = String(spec.operator ?? "or").toLowerCase();
	if (operator !== "and" && operator !== "or")
		throw parsing(`operator needs to be either AND or OR, but not [${spec.operator}]`);
	return operator === "and";
}

/** What a query that has no word left matches. */
export function nothing(context: Context, spec: Json, boost: number): Matches {
	const choice = spec.zero_terms_query ?? "none";
	if (choice !== "none" && choice !== "all") throw parsing(`Unsupported zero_terms_query value [${choice}]`);
	return choice === "all" ? constant(context, boost, 1) : none(context);
}

function analyzed(field: Field, spec: Json): Token[] {
	if (spec.query === undefined) throw parsing("No text specified for text query");
	if (spec.analyzer !== undefined) throw unsupported("analyzer of a query");
	return field.searchAnalyzer.analyze(text(spec.query, "query"));
}

function fuzziness(spec: Json): Json {
	const { fuzziness, prefix_length, max_expansions, fuzzy_transpositions: transpositions } = spec;
	return { fuzziness, prefix_length, max_expansions, transpositions };
}
