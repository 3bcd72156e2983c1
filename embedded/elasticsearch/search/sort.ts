import { type Json, list, object, text } from "../body.ts";
import { parsing, ShardError, unsupported } from "../errors.ts";
import { type KeywordColumn, NumberColumn } from "../index/columns.ts";
import { toNumber } from "../index/documents.ts";
import type { Context } from "../query/matches.ts";

/** One key of a sort. `compare` puts two documents in order, `after` a document against a value of search_after. */
type Key = {
	isScore: boolean;
	compare(a: number, b: number): number;
	after(value: unknown): (doc: number) => number;
	/** The value as JSON text. */
	show(doc: number): string;
};
export type Sort = { keys: Key[]; needsScores: boolean; given: boolean; compare(a: number, b: number): number };

const LONG_MAX = "9223372036854775807";
const LONG_MIN = "-9223372036854775808";

/** Reads `sort`; without one, the score. What is equal stays in the order of the index. */
export function sortOf(spec: unknown, context: Context, scores: (doc: number) => number): Sort {
	const entries = spec === undefined ? ["_score"] : list(spec);
	const keys = entries.map((entry) => keyOf(entry, context, scores));
	const compare = (a: number, b: number) => {
		for (let i = 0; i < keys.length; i++) {
			const order = keys[i]!.compare(a, b);
			if (order !== 0) return order;
		}
		return a - b;
	};
	return { keys, compare, needsScores: keys.some((key) => key.isScore), given: spec !== undefined };
}

/** Keeps the documents that come after the values of the last hit of the page before. */
export function afterValues(values: unknown, sort: Sort): (doc: number) => boolean {
	if (!Array.isArray(values) || values.length !== sort.keys.length)
		throw new ShardError(
			400,
			"illegal_argument_exception",
			`search_after has ${list(values).length} value(s) but sort has ${sort.keys.length}.`,
		);
	const orders = sort.keys.map((key, i) => key.after(values[i]));
	return (doc) => {
		for (const order of orders) {
			const at = order(doc);
			if (at !== 0) return at > 0;
		}
		return false;
	};
}

function keyOf(entry: unknown, context: Context, scores: (doc: number) => number): Key {
	const [name, spec] = clause(entry);
	const order = spec.order ?? (name === "_score" ? "desc" : "asc");
	if (order !== "asc" && order !== "desc") throw parsing(`Unknown SortOrder [${spec.order}]`);
	const down = order === "desc";
	if (name === "_score")
		return numeric(
			(doc) => Math.fround(scores(doc)),
			down,
			(doc) => shortest(scores(doc)),
			true,
			(value) => Math.fround(Number(value)),
		);
	if (name === "_doc") return numeric((doc) => doc, down, String, false, Number);
	const field = context.mapping.fields.get(name);
	if (!field) {
		if (spec.unmapped_type !== undefined)
			return numeric(
				() => 0,
				false,
				() => "null",
				false,
				() => 0,
			);
		throw new ShardError(400, "query_shard_exception", `No mapping found for [${name}] in order to sort on`, {
			index: context.indexName,
		});
	}
	const column = context.shard.columns[field.id];
	if (!column)
		throw new ShardError(
			400,
			"illegal_argument_exception",
			`Fielddata is disabled on [${name}] in [${context.indexName}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead.`,
		);
	const largest = spec.mode === undefined ? down : spec.mode === "max";
	if (spec.mode !== undefined && spec.mode !== "min" && spec.mode !== "max")
		throw unsupported(`sort mode ${spec.mode}`);
	const first = spec.missing === "_first";
	if (!(column instanceof NumberColumn)) return keyword(column, down, largest, first, spec.missing);
	// A document without the value stands last, whichever the order, or where `missing` says.
	const open = first === down ? Infinity : -Infinity;
	const own = spec.missing === undefined || first || spec.missing === "_last" ? open : toNumber(field, spec.missing);
	if (own === null) throw parsing(`[missing] of [${name}] is no ${field.type}`);
	const value = (doc: number) => (column.has(doc) ? (largest ? column.max(doc) : column.values[doc]!) : own);
	const real = field.type === "double" || field.type === "float";
	const show = (doc: number) => shown(value(doc), real);
	return numeric(value, down, show, false, (given) =>
		parsed(given, (plain) => (typeof plain === "number" ? plain : toNumber(field, plain))),
	);
}

function numeric(
	value: (doc: number) => number,
	down: boolean,
	show: (doc: number) => string,
	isScore: boolean,
	read: (given: unknown) => number,
): Key {
	const sign = down ? -1 : 1;
	const order = (a: number, b: number) => (a === b ? 0 : a < b ? -sign : sign);
	return {
		isScore,
		compare: (a, b) => order(value(a), value(b)),
		after: (given) => {
			const edge = read(given);
			return (doc) => order(value(doc), edge);
		},
		show,
	};
}

function keyword(column: KeywordColumn, down: boolean, last: boolean, first: boolean, missing: unknown): Key {
	const instead = missing === undefined || missing === "_first" || missing === "_last" ? null : String(missing);
	const value = (doc: number) => column.edge(doc, last) ?? instead;
	const order = (a: string | null, b: string | null) => {
		if (a === b) return 0;
		if (a === null) return first ? -1 : 1;
		if (b === null) return first ? 1 : -1;
		return (a < b ? -1 : 1) * (down ? -1 : 1);
	};
	return {
		isScore: false,
		compare: (a, b) => order(value(a), value(b)),
		after: (given) => {
			const edge = given === null ? null : String(given);
			return (doc) => order(value(doc), edge);
		},
		show: (doc) => JSON.stringify(value(doc)),
	};
}

function clause(entry: unknown): [string, Json] {
	if (typeof entry === "string") return [entry, {}];
	const [name, value] = Object.entries(object(entry, "sort"))[0] ?? [];
	if (name === undefined || Object.keys(entry as Json).length !== 1)
		throw unsupported("sort object with several fields");
	const spec = typeof value === "string" ? { order: value } : object(value, `sort.${name}`);
	for (const key in spec)
		if (!["order", "missing", "mode", "unmapped_type"].includes(key)) throw unsupported(`sort.${key}`);
	return [text(name, "sort"), spec as Json];
}

/** The fewest digits that make the same 32-bit float. */
export function shortest(score: number): string {
	const float = Math.fround(score);
	for (let digits = 6; digits < 9; digits++) {
		const tried = Number(float.toPrecision(digits));
		if (Math.fround(tried) === float) return String(tried);
	}
	return String(Number(float.toPrecision(9)));
}

function shown(value: number, real: boolean): string {
	if (Number.isFinite(value)) return String(value);
	if (real) return value > 0 ? '"Infinity"' : '"-Infinity"';
	return value > 0 ? LONG_MAX : LONG_MIN;
}

function parsed(given: unknown, plain: (value: unknown) => number | null): number {
	if (given === "Infinity" || given === LONG_MAX || Number(given) >= 2 ** 63) return Infinity;
	if (given === "-Infinity" || given === LONG_MIN || Number(given) <= -(2 ** 63)) return -Infinity;
	const value = plain(given);
	if (value === null)
		throw new ShardError(400, "illegal_argument_exception", `Failed to parse search_after value [${given}].`);
	return value;
}
