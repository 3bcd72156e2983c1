import { compare, typeRank } from "../bson/compare.ts";
import { encodeKey, rankByte } from "../bson/key.ts";
import { BSONRegExp } from "../bson/types.ts";
import type { Index } from "../store/index.ts";
import type { Range } from "../store/scan.ts";
import type { Condition } from "./filter.ts";
import { fixedPrefix } from "./regex.ts";

/** What a filter lets through of an index: its stretches and how many fields of the key they fix or narrow. */
export type Bounds = { ranges: Range[]; points: number; ranged: boolean };

const MOST_RANGES = 1000;
const PAST = Buffer.from([255]);

/** The stretches of an index in which every match of the conditions has an entry. The filter is still asked of each. */
export function boundsOf(index: Index, conditions: readonly Condition[]): Bounds {
	let prefixes: Buffer[] = [Buffer.alloc(0)];
	let points = 0;
	let arrays = 0;
	for (let i = 0; i < index.fields.length; i++) {
		const own = conditions.filter((one) => one.path.text === index.fields[i]);
		// Two fields with arrays: an entry holds one element of each, but the matches may lie in different elements.
		if (own.length === 0 || (index.arrays[i] && ++arrays > 1)) break;
		const direction = index.directions[i]!;
		const values = pointsOf(own, index);
		if (values && prefixes.length * values.length <= MOST_RANGES) {
			const keys = distinct(values.map((value) => encodeKey([value], [direction])));
			prefixes = prefixes.flatMap((prefix) => keys.map((key) => Buffer.concat([prefix, key])));
			points++;
			continue;
		}
		const range = rangeOf(own, direction, index.arrays[i]!);
		if (!range) break;
		const ranges = prefixes.map((prefix) => ({
			from: Buffer.concat([prefix, range.from]),
			to: Buffer.concat([prefix, range.to]),
		}));
		return { ranges, points, ranged: true };
	}
	const ranges = prefixes.map((prefix) => ({ from: prefix, to: Buffer.concat([prefix, PAST]) }));
	return { ranges, points, ranged: false };
}

function distinct(keys: Buffer[]): Buffer[] {
	if (keys.length === 1) return keys;
	keys.sort(Buffer.compare);
	return keys.filter((key, i) => i === 0 || !key.equals(keys[i - 1]!));
}

/** The single values that a field may have, or undefined when they cannot be looked up. */
function pointsOf(conditions: readonly Condition[], index: Index): unknown[] | undefined {
	const equal = conditions.find((one) => one.op === "$eq" && lookable(one.value, index));
	if (equal) return [equal.value];
	const list = conditions.find(
		(one) => one.op === "$in" && (one.value as unknown[]).every((value) => lookable(value, index)),
	);
	return list && (list.value as unknown[]);
}

// An array is stored by its elements; a missing field is no entry of a sparse index.
function lookable(value: unknown, index: Index): boolean {
	if (value === null || value === undefined) return !index.sparse;
	return !Array.isArray(value) && !(value instanceof BSONRegExp);
}

function rangeOf(conditions: readonly Condition[], direction: 1 | -1, arrays: boolean): Range | undefined {
	let low: { value: unknown; open: boolean } | undefined;
	let high: { value: unknown; open: boolean } | undefined;
	let rank = 0;
	for (const { op, value } of conditions) {
		if (op === "$eq" && value instanceof BSONRegExp) {
			const prefix = fixedPrefix(value.pattern, value.options);
			if (prefix && !low && !high) {
				rank = 15;
				low = { value: prefix, open: false };
				high = { value: after(prefix), open: true };
			}
			continue;
		}
		if (!/^\$[gl]te?$/.test(op)) continue;
		const own = typeRank(value);
		if (own < 10 || own === 20 || own === 25 || own === 127 || (rank !== 0 && own !== rank)) continue;
		const open = !op.endsWith("e");
		// With arrays the two ends may be met by two different elements: one end only.
		if (op.startsWith("$g")) {
			if ((arrays && high) || (low && compare(value, low.value) <= 0)) continue;
			low = { value, open };
		} else {
			if ((arrays && low) || (high && compare(value, high.value) >= 0)) continue;
			high = { value, open };
		}
		rank = own;
	}
	if (!low && !high) return undefined;
	const edge = (one: { value: unknown; open: boolean }, past: boolean) => {
		const key = encodeKey([one.value], [direction]);
		return past ? Buffer.concat([key, PAST]) : key;
	};
	const [first, last] = direction === 1 ? [low, high] : [high, low];
	const begin = rankByte(rank, direction);
	return {
		from: first ? edge(first, first.open) : Buffer.from([begin]),
		to: last ? edge(last, !last.open) : Buffer.from([begin + 1]),
	};
}

// The first text after all that begin with the prefix; fixedPrefix yields ASCII only.
const after = (prefix: string) => prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
