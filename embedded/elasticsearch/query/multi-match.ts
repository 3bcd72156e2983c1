import { type Json, list, number, object, text } from "../body.ts";
import { parsing, unsupported } from "../errors.ts";
import type { Field } from "../index/mapping.ts";
import { crossFields } from "./cross-fields.ts";
import { AUTO_SYNONYMS, boolPrefixField, matchField, phraseField } from "./full-text.ts";
import { best, type Context, combine, type Matches, none } from "./matches.ts";
import { boostOf, indexed, type Query } from "./term-level.ts";

const KNOWN = [
	"query",
	"fields",
	"type",
	"operator",
	"minimum_should_match",
	"boost",
	"tie_breaker",
	"zero_terms_query",
	"slop",
	"fuzziness",
	"prefix_length",
	"max_expansions",
	"fuzzy_transpositions",
	AUTO_SYNONYMS,
];

export type Weighted = { field: Field; weight: number };

export const multiMatch: Query = (body, context, boost, scoring) => {
	const spec = object(body, "multi_match");
	for (const key in spec) if (!KNOWN.includes(key)) throw parsing(`[multi_match] query does not support [${key}]`);
	const type = spec.type ?? "best_fields";
	if (spec.query === undefined) throw parsing("No text specified for multi_match query");
	if (spec.fuzziness !== undefined && (type === "cross_fields" || type === "phrase"))
		throw parsing(`Fuzziness not allowed for type [${type}]`);
	const fields = weightedFields(spec, context);
	if (fields.length === 0) return none(context);
	const total = boost * boostOf(spec);
	const tie = number(spec.tie_breaker ?? 0, "tie_breaker");
	const each = (one: (context: Context, field: Field, spec: Json, boost: number, scoring: boolean) => Matches) =>
		fields.map(({ field, weight }) => one(context, field, spec, total * weight, scoring));
	switch (type) {
		case "best_fields":
			return best(context, each(matchField), tie, scoring);
		case "most_fields":
			return most(context, each(matchField), spec, scoring);
		case "bool_prefix":
			return most(context, each(boolPrefixField), spec, scoring);
		case "phrase":
			return best(context, each(phraseField), tie, scoring);
		case "cross_fields":
			return crossFields(context, fields, spec, total, tie, scoring);
		default:
			throw unsupported(`multi_match type ${type}`);
	}
};

function most(context: Context, clauses: Matches[], spec: Json, scoring: boolean): Matches {
	if (spec.tie_breaker !== undefined && spec.tie_breaker !== 1)
		throw unsupported("tie_breaker of most_fields and bool_prefix");
	return combine(context, [], clauses, 1, scoring);
}

function weightedFields(spec: Json, context: Context): Weighted[] {
	const fields: Weighted[] = [];
	for (const entry of list(spec.fields ?? [])) {
		const [name, weight] = text(entry, "multi_match.fields").split("^") as [string, string?];
		if (name.includes("*")) throw unsupported("wildcard in multi_match.fields");
		const found = indexed(context, name);
		if (found) fields.push({ field: found, weight: weight === undefined ? 1 : number(weight, "multi_match.fields") });
	}
	if (spec.fields === undefined) throw unsupported("multi_match without fields");
	return fields;
}
