import { decode, decodeFields } from "../bson/decode.ts";
import { MongoError } from "../errors.ts";
import type { Collection, Row } from "../store/collection.ts";
import type { Database } from "../store/database.ts";
import { scanIndex, scanTable } from "../store/scan.ts";
import type { Filter } from "./filter.ts";
import { path } from "./path.ts";
import { type Plan, planQuery } from "./plan.ts";
import { type Sort, Sorter, sortKey } from "./sort.ts";

/** What is wanted of a collection. `limit` 0 is no limit; `deadline` is in milliseconds since 1970, 0 is none. */
export type Selection = {
	filter: Filter;
	sort?: Sort | undefined;
	skip?: number;
	limit?: number;
	hint?: unknown;
	deadline?: number;
};

/** The matching documents in the wanted order, found lazily: nothing is read before it is asked for, unless a sort needs it. */
export function select(database: Database, collection: Collection, selection: Selection): Generator<Row> {
	const { filter, sort, skip = 0, limit = 0, hint, deadline = 0 } = selection;
	const plan = planQuery(database, collection, filter, sort, limit, hint);
	const page = limit > 0 && plan.sorted ? Math.min(128, Math.max(8, skip + limit)) : 128;
	const found = matches(scan(database, collection, plan, page), filter, deadline);
	if (plan.sorted) return skip > 0 || limit > 0 ? slice(found, skip, limit) : found;
	if (plan.kind === "index" && plan.prefix > 0)
		return slice(groupSorted(collection, found, sort!, plan.prefix), skip, limit);
	return sorted(collection, found, sort!, skip, limit);
}

function* scan(database: Database, collection: Collection, plan: Plan, page: number): Generator<Row> {
	if (plan.kind === "ids") {
		for (const id of plan.ids) {
			const row = collection.byId(id);
			if (row) yield row;
		}
		return;
	}
	if (plan.kind === "table") {
		yield* scanTable(database, collection, page, plan.backwards);
		return;
	}
	const { index, ranges, backwards, repeats } = plan;
	const seen = repeats ? new Set<number>() : undefined;
	for (const range of backwards ? ranges.toReversed() : ranges)
		yield* scanIndex(database, collection, index, range, backwards, page, seen);
}

/** Asks the filter of each document, reading only the fields that it names. */
function* matches(rows: Iterable<Row>, { test, fields, conditions, source }: Filter, deadline: number): Generator<Row> {
	const all = conditions.length === 0 && Object.keys(source).length === 0;
	let n = 0;
	for (const row of rows) {
		if (deadline > 0 && (++n & 127) === 0 && Date.now() > deadline) throw tooLong();
		if (all || test(fields ? decodeFields(row.bytes, fields) : decode(row.bytes))) yield row;
	}
}

const tooLong = () => new MongoError(50, "MaxTimeMSExpired", "operation exceeded time limit");

function* slice(rows: Iterable<Row>, skip: number, limit: number): Generator<Row> {
	let n = 0;
	for (const row of rows) {
		if (n++ < skip) continue;
		yield row;
		if (limit > 0 && n >= skip + limit) return;
	}
}

// The rows come in the order of the sort's first fields: those that are equal in them are sorted among themselves.
function* groupSorted(collection: Collection, rows: Iterable<Row>, sort: Sort, prefix: number): Generator<Row> {
	const first: Sort = { fields: sort.fields.slice(0, prefix), natural: 0 };
	const fields = new Set(sort.fields.map(({ name }) => path(name).top));
	let group: Row[] = [];
	let current: Buffer | undefined;
	for (const row of rows) {
		const key = sortKey(decodeFields(row.bytes, fields), first);
		if (current && !key.equals(current)) {
			yield* group.length === 1 ? group : sorted(collection, group, sort, 0, 0);
			group = [];
		}
		current = key;
		group.push(row);
	}
	yield* sorted(collection, group, sort, 0, 0);
}

// Only keys and row numbers are held while sorting; the documents are fetched again when their turn comes.
function* sorted(collection: Collection, rows: Iterable<Row>, sort: Sort, skip: number, limit: number): Generator<Row> {
	const sorter = new Sorter<number>(limit > 0 ? skip + limit : Number.POSITIVE_INFINITY);
	const fields = new Set(sort.fields.map(({ name }) => path(name).top));
	for (const { row, bytes } of rows) sorter.add(sortKey(decodeFields(bytes, fields), sort), row);
	for (const row of sorter.done().slice(skip)) {
		const bytes = collection.byRow(row);
		if (bytes) yield { row, bytes };
	}
}
