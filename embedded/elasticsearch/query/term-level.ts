import { type Json, list, number, object, only, single, text } from "../body.ts";
import { illegal, parsing, unsupported } from "../errors.ts";
import type { KeywordColumn, NumberColumn } from "../index/columns.ts";
import type { Field } from "../index/mapping.ts";
import { COUNT_BITS } from "../index/text-index.ts";
import { fuzzyMatches } from "./fuzzy.ts";
import { type Context, constant, field, type Matches, none } from "./matches.ts";
import { expandPrefix, markNumbers, queryNumber, valueMatches } from "./terms.ts";

export type Query = (body: unknown, context: Context, boost: number, scoring: boolean) => Matches;

export const term: Query = (body, context, boost, scoring) => {
	const [name, spec] = fieldClause(body, "term", ["value", "boost"], "value");
	const found = indexed(context, name);
	if (!found) return none(context);
	if (spec.value === undefined || spec.value === null) throw parsing("[term] query needs a value");
	return valueMatches(context, found, spec.value, boost * boostOf(spec), scoring);
};

export const terms: Query = (body, context, boost) => {
	const { boost: own, ...rest } = object(body, "terms");
	const [name, values] = single(rest, "terms");
	if (!Array.isArray(values)) throw unsupported("terms lookup");
	const score = boost * (own === undefined ? 1 : number(own, "terms.boost"));
	const result = constant(context, score);
	const found = indexed(context, name);
	if (!found) return result;
	const { max } = context.shard;
	if (found.type === "keyword") {
		const column = context.shard.columns[found.id] as KeywordColumn;
		const wanted = new Set(values.map((value) => column.ordinal(found.normalize?.(String(value)) ?? String(value))));
		column.mark(result.bits, max, (ordinal) => wanted.has(ordinal));
	} else if (found.type === "text") {
		for (const value of values) either(result.bits, valueMatches(context, found, value, 1, false).bits);
	} else {
		const wanted = new Set(values.map((value) => queryNumber(context, found, value)));
		markNumbers(context.shard.columns[found.id] as NumberColumn, max, result.bits, (value) => wanted.has(value));
	}
	return result;
};

export const range: Query = (body, context, boost) => {
	const [name, spec] = fieldClause(body, "range", ["gt", "gte", "lt", "lte", "boost", "format", "relation"], null);
	if (spec.format !== undefined || spec.relation !== undefined) throw unsupported("range.format or range.relation");
	const found = indexed(context, name);
	const result = constant(context, boost * boostOf(spec));
	if (!found) return result;
	if (found.type === "text") throw unsupported(`range on the text field [${name}]`);
	const { max } = context.shard;
	if (found.type === "keyword") {
		const column = context.shard.columns[found.id] as KeywordColumn;
		const { gt, gte, lt, lte } = spec as Record<string, string | null | undefined>;
		const inside = column.names.map(
			(v) => (gt == null || v > gt) && (gte == null || v >= gte) && (lt == null || v < lt) && (lte == null || v <= lte),
		);
		column.mark(result.bits, max, (ordinal) => inside[ordinal]!);
		return result;
	}
	const edge = (key: string, open: number) => (spec[key] == null ? open : queryNumber(context, found, spec[key]));
	const [gt, gte, lt, lte] = [
		edge("gt", -Infinity),
		edge("gte", -Infinity),
		edge("lt", Infinity),
		edge("lte", Infinity),
	];
	const low = spec.gt == null ? (v: number) => v >= gte : (v: number) => v > gt && v >= gte;
	const high = spec.lt == null ? (v: number) => v <= lte : (v: number) => v < lt && v <= lte;
	markNumbers(context.shard.columns[found.id] as NumberColumn, max, result.bits, (value) => low(value) && high(value));
	return result;
};

export const exists: Query = (body, context, boost) => {
	const spec = object(body, "exists");
	only(spec, ["field", "boost"], "exists");
	const name = text(spec.field, "exists.field");
	const result = constant(context, boost * boostOf(spec));
	// A name of an object stands for all the fields below it.
	const below = context.mapping.list.filter((each) => each.name === name || each.name.startsWith(`${name}.`));
	for (const each of below) {
		const values = context.shard.columns[each.id] ?? context.shard.texts[each.id]!;
		for (let doc = 0; doc < context.shard.max; doc++) if (values.has(doc)) result.bits[doc] = 1;
	}
	return result;
};

export const ids: Query = (body, context, boost) => {
	const spec = object(body, "ids");
	only(spec, ["values", "boost"], "ids");
	const result = constant(context, boost * boostOf(spec));
	for (const id of list(spec.values ?? [])) {
		const doc = context.shard.find(text(id, "ids.values"));
		if (doc !== undefined) result.bits[doc] = 1;
	}
	return result;
};

export const prefix: Query = (body, context, boost) => {
	const [name, spec] = fieldClause(body, "prefix", ["value", "boost", "case_insensitive", "rewrite"], "value");
	if (spec.rewrite !== undefined) throw unsupported("prefix.rewrite");
	const found = indexed(context, name);
	return found
		? prefixMatches(
				context,
				found,
				text(spec.value, "prefix.value"),
				boost * boostOf(spec),
				spec.case_insensitive === true,
			)
		: none(context);
};

export const fuzzy: Query = (body, context, boost, scoring) => {
	const known = ["value", "boost", "fuzziness", "prefix_length", "max_expansions", "transpositions"];
	const [name, spec] = fieldClause(body, "fuzzy", known, "value");
	const found = indexed(context, name);
	if (!found) return none(context);
	if (found.type !== "text") throw unsupported(`fuzzy on the ${found.type} field [${name}]`);
	return fuzzyMatches(
		context,
		found,
		text(spec.value, "fuzzy.value"),
		{ fuzziness: "AUTO", ...spec },
		boost * boostOf(spec),
		scoring,
	);
};

export const matchAll: Query = (body, context, boost) => {
	const spec = object(body, "match_all");
	only(spec, ["boost"], "match_all");
	return constant(context, boost * boostOf(spec), 1);
};

export const matchNone: Query = (_body, context) => none(context);

/** Every document with a term that begins so, with the same score. */
export function prefixMatches(context: Context, field: Field, start: string, score: number, anyCase = false): Matches {
	const result = constant(context, score);
	if (field.type === "text") {
		if (anyCase) throw unsupported("prefix.case_insensitive on text");
		const index = context.shard.texts[field.id]!;
		for (const each of expandPrefix(index, start))
			for (const posting of each.postings[index.slot]!) result.bits[posting >>> COUNT_BITS] = 1;
		return result;
	}
	if (field.type !== "keyword")
		throw illegal(
			`Can only use prefix queries on keyword, text and wildcard fields - not on [${field.name}] which is of type [${field.type}]`,
		);
	const column = context.shard.columns[field.id] as KeywordColumn;
	const wanted = anyCase ? start.toLowerCase() : (field.normalize?.(start) ?? start);
	const begins = column.names.map((value) => (anyCase ? value.toLowerCase() : value).startsWith(wanted));
	column.mark(result.bits, context.shard.max, (ordinal) => begins[ordinal]!);
	return result;
}

/** The field of a clause such as `{ name: { value, boost } }`, or short `{ name: value }`. */
export function fieldClause(body: unknown, query: string, known: string[], short: string | null): [string, Json] {
	const [name, value] = single(body, query);
	if (typeof value !== "object" || value === null) {
		if (short === null) throw parsing(`[${query}] query malformed, no start_object after query name`);
		return [name, { [short]: value }];
	}
	const spec = object(value, query);
	for (const key in spec) if (!known.includes(key)) throw parsing(`[${query}] query does not support [${key}]`);
	return [name, spec];
}

export function boostOf(spec: Json): number {
	return spec.boost === undefined ? 1 : number(spec.boost, "boost");
}

/** The field if it is mapped; one that is not matches nothing. */
export function indexed(context: Context, name: string): Field | undefined {
	if (name.startsWith("_")) throw unsupported(`query on ${name}`);
	const found = field(context, name);
	if (found && !found.index) throw illegal(`Cannot search on field [${name}] since it is not indexed.`);
	return found;
}

function either(bits: Uint8Array, other: Uint8Array): void {
	for (let doc = 0; doc < bits.length; doc++) bits[doc]! |= other[doc]!;
}
