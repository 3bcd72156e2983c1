import { type Json, list, number, object, only } from "../body.ts";
import { parsing, unsupported } from "../errors.ts";
import type { NumberColumn } from "../index/columns.ts";
import { best, type Context, combine, constant, field, type Matches, none, without } from "./matches.ts";
import { minimumShouldMatch } from "./minimum-should-match.ts";
import { boostOf, type Query } from "./term-level.ts";

export const bool: Query = (body, context, boost, scoring) => {
	const spec = object(body, "bool");
	for (const key in spec)
		if (!["must", "filter", "should", "must_not", "minimum_should_match", "boost"].includes(key))
			throw parsing(`[bool] query does not support [${key}]`);
	const clauses = (key: string) => (spec[key] === undefined ? [] : list(spec[key]));
	const own = boost * boostOf(spec);
	const must = clauses("must").map((query) => context.run(query, own, scoring));
	const filter = clauses("filter").map((query) => silent(context.run(query, 0, false)));
	const should = clauses("should").map((query) => context.run(query, own, scoring));
	const not = clauses("must_not").map((query) => context.run(query, 0, false));
	const required = [...must, ...filter];
	if (required.length + should.length + not.length === 0) return constant(context, own, 1);
	const least = spec.minimum_should_match;
	const minimum =
		least === undefined
			? required.length === 0 && should.length > 0
				? 1
				: 0
			: minimumShouldMatch(least, should.length);
	if (minimum > should.length) return none(context);
	const found = combine(context, required, should, minimum, scoring);
	return not.reduce((left, each) => without(context, left, each), found);
};

export const constantScore: Query = (body, context, boost) => {
	const spec = object(body, "constant_score");
	only(spec, ["filter", "boost"], "constant_score");
	return { ...context.run(spec.filter, 0, false), scores: null, score: boost * boostOf(spec) };
};

export const disMax: Query = (body, context, boost, scoring) => {
	const spec = object(body, "dis_max");
	only(spec, ["queries", "tie_breaker", "boost"], "dis_max");
	const queries = list(spec.queries ?? []);
	if (queries.length === 0) throw parsing("[dis_max] requires 'queries' field with at least one clause");
	const own = boost * boostOf(spec);
	return best(
		context,
		queries.map((query) => context.run(query, own, scoring)),
		number(spec.tie_breaker ?? 0, "tie_breaker"),
		scoring,
	);
};

type Scale = { bits: Uint8Array | null; factor: (doc: number) => number };

export const functionScore: Query = (body, context, boost, scoring) => {
	const spec = object(body, "function_score");
	const { query, functions, boost: _, score_mode, boost_mode, max_boost, min_score, ...one } = spec;
	if (min_score !== undefined) throw unsupported("function_score.min_score");
	const found = context.run(query ?? { match_all: {} }, boost * boostOf(spec), scoring);
	const scales = (functions === undefined ? [one] : list(functions)).map((each) =>
		scaleOf(context, object(each, "functions")),
	);
	if (!scoring) return found;
	const cap = max_boost === undefined ? Number.POSITIVE_INFINITY : number(max_boost, "max_boost");
	const together = combiner(String(score_mode ?? "multiply"), SCORE_MODES, "score_mode");
	const applied = combiner(String(boost_mode ?? "multiply"), BOOST_MODES, "boost_mode");
	const scores = context.scratch.scores();
	for (let doc = 0; doc < found.bits.length; doc++) {
		if (found.bits[doc] === 0) continue;
		const factors: number[] = [];
		for (const { bits, factor } of scales) if (bits === null || bits[doc] === 1) factors.push(factor(doc));
		const score = found.scores === null ? found.score : found.scores[doc]!;
		scores[doc] = applied([score, Math.min(cap, factors.length === 0 ? 1 : together(factors))]);
	}
	return { ...found, scores, score: 0 };
};

const SCORE_MODES: Record<string, (factors: number[]) => number> = {
	multiply: (factors) => factors.reduce((a, b) => a * b),
	sum: (factors) => factors.reduce((a, b) => a + b),
	max: (factors) => Math.max(...factors),
	min: (factors) => Math.min(...factors),
	first: (factors) => factors[0]!,
};
const BOOST_MODES: Record<string, (pair: number[]) => number> = {
	multiply: ([score, factor]) => score! * factor!,
	sum: ([score, factor]) => score! + factor!,
	replace: ([, factor]) => factor!,
	max: ([score, factor]) => Math.max(score!, factor!),
	min: ([score, factor]) => Math.min(score!, factor!),
};
const MODIFIERS: Record<string, (value: number) => number> = {
	none: (v) => v,
	log: Math.log10,
	log1p: (v) => Math.log10(v + 1),
	log2p: (v) => Math.log10(v + 2),
	ln: Math.log,
	ln1p: Math.log1p,
	ln2p: (v) => Math.log(v + 2),
	square: (v) => v * v,
	sqrt: Math.sqrt,
	reciprocal: (v) => 1 / v,
};

function combiner<T>(mode: string, known: Record<string, T>, where: string): T {
	const found = known[mode];
	if (!found) throw unsupported(`${where} ${mode}`);
	return found;
}

function scaleOf(context: Context, spec: Json): Scale {
	const { filter, weight, field_value_factor: byField, ...rest } = spec;
	for (const key in rest) throw unsupported(`function_score.${key}`);
	const bits = filter === undefined ? null : context.run(filter, 0, false).bits;
	const heavy = weight === undefined ? 1 : number(weight, "weight");
	if (byField === undefined) return { bits, factor: () => heavy };
	const own = object(byField, "field_value_factor");
	only(own, ["field", "factor", "modifier", "missing"], "field_value_factor");
	const found = field(context, String(own.field));
	const column = found && context.shard.columns[found.id];
	if (!column || !("values" in column))
		throw parsing(`Unable to find a field mapper for field [${own.field}]. No 'missing' value defined.`);
	const modify = combiner(String(own.modifier ?? "none").toLowerCase(), MODIFIERS, "field_value_factor.modifier");
	const times = number(own.factor ?? 1, "field_value_factor.factor");
	const missing = own.missing === undefined ? null : number(own.missing, "field_value_factor.missing");
	return { bits, factor: (doc) => heavy * modify(times * valueFor(column as NumberColumn, doc, missing, found!.name)) };
}

function valueFor(column: NumberColumn, doc: number, missing: number | null, name: string): number {
	if (column.has(doc)) return column.values[doc]!;
	if (missing === null) throw parsing(`Missing value for field [${name}]`);
	return missing;
}

function silent(matches: Matches): Matches {
	return { ...matches, scores: null, score: 0 };
}
