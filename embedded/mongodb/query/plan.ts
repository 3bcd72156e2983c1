import { compare, equal } from "../bson/compare.ts";
import { type Doc, MaxKey, MinKey } from "../bson/types.ts";
import { BadValue } from "../errors.ts";
import type { Collection } from "../store/collection.ts";
import type { Database } from "../store/database.ts";
import { Index } from "../store/index.ts";
import { countRange, type Range } from "../store/scan.ts";
import { type Bounds, boundsOf } from "./bounds.ts";
import type { Condition, Filter } from "./filter.ts";
import type { Sort } from "./sort.ts";

/**
 * How the matches of a filter are found. `sorted` tells that they come in the wanted order; `prefix` how many of the sort's fields
 * an index gives in order when it does not give all, so that only equal neighbours are left to sort.
 */
export type Plan =
	| { kind: "ids"; ids: readonly unknown[]; sorted: boolean }
	| {
			kind: "index";
			index: Index;
			ranges: Range[];
			backwards: boolean;
			sorted: boolean;
			prefix: number;
			repeats: boolean;
	  }
	| { kind: "table"; backwards: boolean; sorted: boolean };

/** The order of `_id`, which every collection's table holds itself. */
export const ID_INDEX = new Index(0, { v: 2, key: { _id: 1 }, name: "_id_" });

type Candidate = { index: Index; bounds: Bounds; order: 1 | -1 | 0; prefix: number; score: number };

const MANY = 1000;

/** Chooses an index by what the filter fixes and narrows, and by the sort. */
export function planQuery(
	database: Database,
	collection: Collection,
	filter: Filter,
	sort: Sort | undefined,
	limit: number,
	hint?: unknown,
): Plan {
	if (hint === undefined && !sort?.natural) {
		for (const { path, op, value } of filter.conditions) {
			if (path.text !== "_id") continue;
			if (op === "$eq" && isSingle(value)) return { kind: "ids", ids: [value], sorted: true };
			if (op === "$in" && sort === undefined && (value as unknown[]).every(isSingle))
				return { kind: "ids", ids: inOrder(value as unknown[]), sorted: true };
		}
		if (filter.conditions.length === 0 && sort === undefined) return { kind: "table", backwards: false, sorted: true };
	}
	const forced = hint === undefined ? undefined : hinted(collection, hint);
	if (sort?.natural || forced === "natural")
		return { kind: "table", backwards: sort?.natural === -1, sorted: sort === undefined || sort.natural !== 0 };
	const candidates = forced ? [candidate(forced, filter, sort)] : candidatesOf(collection, filter, sort);
	const best = pick(database, collection, candidates, sort, limit);
	if (!best) return { kind: "table", backwards: false, sorted: sort === undefined };
	const { index, bounds, order, prefix } = best;
	return {
		kind: "index",
		index,
		ranges: bounds.ranges,
		backwards: order === -1,
		sorted: sort === undefined || prefix === sort.fields.length,
		prefix,
		repeats: index.arrays.includes(true),
	};
}

const isSingle = (value: unknown) =>
	compare(value, null) !== 0 && !Array.isArray(value) && !(value as { pattern?: string }).pattern;

/** Sorted, each once. */
const inOrder = (values: readonly unknown[]): unknown[] =>
	values.toSorted(compare).filter((value, i, all) => i === 0 || compare(all[i - 1], value) !== 0);

function hinted(collection: Collection, hint: unknown): Index | "natural" {
	if (typeof hint === "object" && hint !== null && "$natural" in hint) return "natural";
	for (const index of [ID_INDEX, ...collection.indexes])
		if (typeof hint === "string" ? index.name === hint : equal(index.spec.key, hint)) return index;
	throw new BadValue("error processing query: hint provided does not correspond to an existing index");
}

function candidatesOf(collection: Collection, filter: Filter, sort: Sort | undefined): Candidate[] {
	const found: Candidate[] = [];
	for (const index of [ID_INDEX, ...collection.indexes]) {
		if (index.sparse && !filter.conditions.some((one) => index.fields.includes(one.path.text) && needsValue(one)))
			continue;
		if (index.partial && !implies(filter.conditions, index.partial.conditions, index.partial.source)) continue;
		const one = candidate(index, filter, sort);
		if (one.score > 0) found.push(one);
	}
	return found;
}

function candidate(index: Index, filter: Filter, sort: Sort | undefined): Candidate {
	const bounds = boundsOf(index, filter.conditions);
	const { order, prefix } = sort ? orderOf(index, bounds, sort) : { order: 0 as const, prefix: 0 };
	const whole = index.unique && bounds.points === index.fields.length;
	const ordered = order === 0 ? 0 : prefix === sort?.fields.length ? 20 : 10;
	const score = (whole ? 1000 : 0) + bounds.points * 100 + (bounds.ranged ? 30 : 0) + ordered;
	return { index, bounds, order, prefix, score };
}

function needsValue({ op, value }: Condition): boolean {
	if (op === "$exists") return true;
	if (op === "$in") return (value as unknown[]).every((one) => one !== null);
	if (value instanceof MinKey || value instanceof MaxKey) return op === "$eq";
	return /^\$(eq|[gl]te?)$/.test(op) && value !== null && value !== undefined;
}

/** Is every condition of a partial index met by whatever the filter lets through? Only what is plain to see counts. */
function implies(conditions: readonly Condition[], needed: readonly Condition[], source: Doc): boolean {
	if (Object.keys(source).some((name) => name === "$or" || name === "$nor" || name === "$expr")) return false;
	return needed.every((need) =>
		conditions.some((one) => {
			if (one.path.text !== need.path.text) return false;
			if (one.op === need.op && equal(one.value, need.value)) return true;
			if (need.op === "$exists") return needsValue(one);
			if (one.op === "$in") return (one.value as unknown[]).every((value) => need.test(value));
			if (one.op === "$eq") return isSingle(one.value) && need.test(one.value);
			if (one.op[1] !== need.op[1] || !/^\$[gl]te?$/.test(one.op) || !/^\$[gl]te?$/.test(need.op)) return false;
			return need.test(one.value);
		}),
	);
}

/** How many of the sort's fields the index gives in order, and whether it must be read forwards (1) or backwards (-1). */
function orderOf(index: Index, bounds: Bounds, sort: Sort): { order: 1 | -1 | 0; prefix: number } {
	if (bounds.ranges.length !== 1) return { order: 0, prefix: 0 };
	let at = 0;
	let order: 1 | -1 | 0 = 0;
	let prefix = 0;
	for (const { name, direction } of sort.fields) {
		const fixed = index.fields.indexOf(name);
		if (fixed < 0 || fixed >= bounds.points || index.arrays[fixed]) {
			while (at < bounds.points && index.fields[at] !== name) at++;
			if (index.fields[at] !== name || index.arrays[at]) break;
			const own = (index.directions[at]! * direction) as 1 | -1;
			if (order !== 0 && own !== order) break;
			order = own;
			at++;
		}
		prefix++;
	}
	if (order === 0 && prefix === sort.fields.length) order = 1;
	return { order, prefix: order === 0 ? 0 : prefix };
}

function pick(
	database: Database,
	collection: Collection,
	candidates: Candidate[],
	sort: Sort | undefined,
	limit: number,
): Candidate | undefined {
	if (candidates.length <= 1) return candidates[0];
	candidates.sort((a, b) => b.score - a.score);
	const size = (one: Candidate, most: number) =>
		one.bounds.ranges.reduce(
			(sum, range) => (sum >= most ? sum : sum + countRange(database, collection, one.index, range, most)),
			0,
		);
	const equals = candidates.filter((one) => one.score === candidates[0]!.score);
	const best =
		equals.length === 1
			? equals[0]!
			: equals.map((one) => ({ one, n: size(one, 100) })).sort((a, b) => a.n - b.n)[0]!.one;
	if (!sort || best.order !== 0 || limit === 0) return best;
	// Sorting many in memory for a few: better to walk in order and test each.
	const ordered = candidates.find((one) => one.order !== 0);
	return ordered && size(best, MANY) >= MANY ? ordered : best;
}
