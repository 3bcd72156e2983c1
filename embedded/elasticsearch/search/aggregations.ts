import { type Json, list, number, object, only, text, whole } from "../body.ts";
import { parsing, ShardError, unsupported } from "../errors.ts";
import { KeywordColumn, NumberColumn } from "../index/columns.ts";
import { type Context, select } from "../query/matches.ts";
import { METRICS, metric } from "./metrics.ts";

type Aggregation = (spec: Json, docs: Int32Array, scope: Scope, below: Json | null) => Json;
type Scope = { context: Context; live: () => Int32Array };

/** Runs `aggs` over the documents. */
export function aggregate(aggs: Json, docs: Int32Array, scope: Scope): Json {
	const out: Json = {};
	for (const [name, entry] of Object.entries(aggs)) {
		const { aggs: inner, aggregations, meta, ...rest } = object(entry, name);
		if (meta !== undefined) throw unsupported("meta of an aggregation");
		const kinds = Object.keys(rest);
		if (kinds.length !== 1) throw parsing(`Found ${kinds.length} aggregation type definitions in [${name}]`);
		const kind = kinds[0]!;
		const spec = object(rest[kind], kind);
		const nested = inner ?? aggregations;
		if (METRICS.has(kind)) {
			if (nested !== undefined) throw parsing(`Aggregator [${name}] of type [${kind}] cannot accept sub-aggregations`);
			out[name] = metric(kind, spec, columnOf(kind, spec, scope), docs);
			continue;
		}
		const run = Object.hasOwn(BUCKETS, kind) ? BUCKETS[kind] : undefined;
		if (!run) throw unsupported(`aggregation ${kind}`);
		out[name] = run(spec, docs, scope, nested === undefined ? null : object(nested, "aggs"));
	}
	return out;
}

const BUCKETS: Record<string, Aggregation> = {
	terms(spec, docs, scope, below) {
		only(spec, ["field", "size", "order", "min_doc_count", "shard_size", "missing"], "terms");
		if (spec.missing !== undefined) throw unsupported("terms.missing");
		const size = whole(spec.size ?? 10, "terms.size");
		const least = whole(spec.min_doc_count ?? 1, "terms.min_doc_count");
		if (least === 0) throw unsupported("terms.min_doc_count of 0");
		const column = columnOf("terms", spec, scope);
		if (!column) return buckets([], 0);
		const field = scope.context.mapping.fields.get(String(spec.field))!;
		const counts = column instanceof KeywordColumn ? countOrdinals(column, docs) : countNumbers(column, docs);
		const all: Counted[] = [];
		for (const [value, count] of counts) {
			if (count < least) continue;
			const key = column instanceof KeywordColumn ? column.names[value]! : value;
			all.push({ key, count, value });
		}
		all.sort(orderOf(spec.order));
		const shown = all.slice(0, size);
		const rest = all.slice(size).reduce((sum, { count }) => sum + count, 0);
		const has = (value: number) => (doc: number) => {
			if (column instanceof NumberColumn) return column.some(doc, (one) => one === value);
			let found = false;
			column.each(doc, (ordinal) => {
				if (ordinal === value) found = true;
			});
			return found;
		};
		return buckets(
			shown.map(({ key, count, value }) => {
				const named: Json = { key };
				if (field.type === "boolean") named.key_as_string = value === 1 ? "true" : "false";
				if (field.type === "date") named.key_as_string = new Date(value).toISOString();
				return { ...named, doc_count: count, ...(below && aggregate(below, docs.filter(has(value)), scope)) };
			}),
			rest,
		);
	},

	range(spec, docs, scope, below) {
		only(spec, ["field", "ranges", "keyed"], "range");
		const column = columnOf("range", spec, scope);
		if (column instanceof KeywordColumn) throw unsupported("range aggregation on a keyword field");
		const found = list(spec.ranges ?? []).map((entry) => {
			const range = object(entry, "ranges");
			only(range, ["from", "to", "key"], "ranges");
			const from = range.from == null ? -Infinity : number(range.from, "from");
			const to = range.to == null ? Infinity : number(range.to, "to");
			const key = range.key === undefined ? `${edge(from)}-${edge(to)}` : text(range.key, "key");
			return { key, from, to };
		});
		found.sort((a, b) => a.from - b.from || a.to - b.to);
		const counts = column && below === null ? countRanges(column, docs, found) : null;
		const made = found.map((range, i) => {
			const { key, from, to } = range;
			const ends = { ...(from > -Infinity && { from }), ...(to < Infinity && { to }) };
			if (counts) return { key, ...ends, doc_count: counts[i]! };
			return { key, ...ends, ...bucket(column ? inRange(column, docs, range) : NO_DOCS, scope, below) };
		});
		return { buckets: spec.keyed === true ? Object.fromEntries(made.map(({ key, ...own }) => [key, own])) : made };
	},

	filter(spec, docs, scope, below) {
		return bucket(filtered(spec, docs, scope), scope, below);
	},

	filters(spec, docs, scope, below) {
		only(spec, ["filters"], "filters");
		const one = (filter: unknown) => bucket(filtered(filter, docs, scope), scope, below);
		if (Array.isArray(spec.filters)) return { buckets: spec.filters.map(one) };
		const named = Object.entries(object(spec.filters, "filters"));
		return { buckets: Object.fromEntries(named.map(([name, filter]) => [name, one(filter)])) };
	},

	global(spec, _docs, scope, below) {
		only(spec, [], "global");
		return bucket(scope.live(), scope, below);
	},

	missing(spec, docs, scope, below) {
		only(spec, ["field"], "missing");
		const column = columnOf("missing", spec, scope);
		return bucket(column ? docs.filter((doc) => !column.has(doc)) : docs, scope, below);
	},
};

type Range = { from: number; to: number };
const NO_DOCS = new Int32Array(0);

function countRanges(column: NumberColumn, docs: Int32Array, ranges: Range[]): number[] {
	const counts = ranges.map(() => 0);
	const { values, many } = column;
	for (let i = 0; i < docs.length; i++) {
		const doc = docs[i]!;
		const several = many.size === 0 ? undefined : many.get(doc);
		const value = values[doc]!;
		for (let r = 0; r < ranges.length; r++) {
			const { from, to } = ranges[r]!;
			if (several ? several.some((one) => one >= from && one < to) : value >= from && value < to) counts[r]!++;
		}
	}
	return counts;
}

function inRange(column: NumberColumn, docs: Int32Array, { from, to }: Range): Int32Array {
	return docs.filter((doc) => column.some(doc, (value) => value >= from && value < to));
}

type Counted = { key: string | number; count: number; value: number };

function bucket(docs: Int32Array, scope: Scope, below: Json | null): Json {
	return { doc_count: docs.length, ...(below && aggregate(below, docs, scope)) };
}

function buckets(found: Json[], rest: number): Json {
	return { doc_count_error_upper_bound: 0, sum_other_doc_count: rest, buckets: found };
}

function filtered(filter: unknown, docs: Int32Array, scope: Scope): Int32Array {
	return select(scope.context, docs, scope.context.run(filter, 0, false).bits, 1);
}

function countOrdinals(column: KeywordColumn, docs: Int32Array): [number, number][] {
	const counts = new Int32Array(column.names.length);
	for (const doc of docs) {
		const ordinal = column.ordinals[doc]!;
		if (ordinal >= 0) counts[ordinal]!++;
		else if (ordinal !== -1) for (const one of column.many.get(doc)!) counts[one]!++;
	}
	const found: [number, number][] = [];
	counts.forEach((count, ordinal) => {
		if (count > 0) found.push([ordinal, count]);
	});
	return found;
}

function countNumbers(column: NumberColumn, docs: Int32Array): Map<number, number> {
	const counts = new Map<number, number>();
	for (const doc of docs) for (const value of new Set(column.all(doc))) counts.set(value, (counts.get(value) ?? 0) + 1);
	return counts;
}

function orderOf(spec: unknown): (a: Counted, b: Counted) => number {
	const byKey = (a: Counted, b: Counted) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
	const orders = list(spec ?? { _count: "desc" }).map((entry) => {
		const [name, way] = Object.entries(object(entry, "order"))[0] ?? [];
		if (name !== "_count" && name !== "_key") throw unsupported(`terms.order by ${name}`);
		const sign = way === "asc" ? 1 : -1;
		return (a: Counted, b: Counted) => sign * (name === "_key" ? byKey(a, b) : a.count - b.count);
	});
	return (a, b) => {
		for (const order of orders) {
			const at = order(a, b);
			if (at !== 0) return at;
		}
		return byKey(a, b);
	};
}

function edge(value: number): string {
	return Number.isFinite(value) ? (Number.isInteger(value) ? value.toFixed(1) : String(value)) : "*";
}

/** The field's values by document; none for a name that is not mapped. */
function columnOf(kind: string, spec: Json, { context }: Scope): NumberColumn | KeywordColumn | undefined {
	const name = text(spec.field, `${kind}.field`);
	const field = context.mapping.fields.get(name);
	if (!field) return undefined;
	const column = context.shard.columns[field.id];
	if (!column || !field.docValues)
		throw new ShardError(
			400,
			"illegal_argument_exception",
			`Fielddata is disabled on [${name}] in [${context.indexName}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead.`,
		);
	return column;
}
