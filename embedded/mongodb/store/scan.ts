import { asBuffer } from "../bson/buffer.ts";
import type { Collection, Row } from "./collection.ts";
import type { Database } from "./database.ts";
import type { Index } from "./index.ts";

/** A stretch of an index: `from <= key < to`. */
export type Range = { from: Buffer; to: Buffer };

const PAGE = 64;
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

/**
 * The documents of a collection in the order of their insertion. It reads a page at a time and remembers where it was, so it may rest
 * between two commands while others write.
 */
export function* scanTable(
	database: Database,
	{ table }: Collection,
	firstPage = PAGE,
	backwards = false,
): Generator<Row> {
	const statement = database.prepare(
		backwards
			? `SELECT r, d FROM ${table} WHERE r < ? ORDER BY r DESC LIMIT ?`
			: `SELECT r, d FROM ${table} WHERE r > ? ORDER BY r LIMIT ?`,
	);
	let last = backwards ? Number.MAX_SAFE_INTEGER : BEFORE_ALL;
	let size = firstPage;
	for (;;) {
		const page = statement.all(last, size) as unknown as [number, Uint8Array][];
		for (const [row, bytes] of page) {
			last = row;
			yield { row, bytes: asBuffer(bytes) };
		}
		if (page.length < size) return;
		size = PAGE;
	}
}

type Entry = [key: Uint8Array, row: number, bytes?: Uint8Array];

/**
 * The documents of a stretch of an index in its order or backwards.
 * @param seen rows that do not come again, for an index that has several entries of a document; else each entry's comes
 */
export function* scanIndex(
	database: Database,
	collection: Collection,
	index: Index,
	range: Range,
	backwards: boolean,
	firstPage = PAGE,
	seen?: Set<number>,
): Generator<Row> {
	const { table } = collection;
	// The order of _id is the collection's own table; every other index is a table of its own.
	const from =
		index.id === 0
			? `(SELECT k AS e, r, d FROM ${table}) i`
			: seen
				? `${index.table} i`
				: `(SELECT x.e, x.r, d.d FROM ${index.table} x CROSS JOIN ${table} d ON d.r = x.r) i`;
	const columns = seen ? "i.e, i.r" : "i.e, i.r, i.d";
	const statement = database.prepare(
		backwards
			? `SELECT ${columns} FROM ${from} WHERE (i.e, i.r) < (?, ?) AND i.e >= ? ORDER BY i.e DESC, i.r DESC LIMIT ?`
			: `SELECT ${columns} FROM ${from} WHERE (i.e, i.r) > (?, ?) AND i.e < ? ORDER BY i.e, i.r LIMIT ?`,
	);
	let key: Uint8Array = backwards ? range.to : range.from;
	let last = BEFORE_ALL;
	const end = backwards ? range.from : range.to;
	let size = firstPage;
	for (;;) {
		const page = statement.all(key, last, end, size) as unknown as Entry[];
		for (const [entry, row, found] of page) {
			key = entry;
			last = row;
			if (seen?.has(row)) continue;
			seen?.add(row);
			const bytes = found ? asBuffer(found) : collection.byRow(row);
			if (bytes) yield { row, bytes };
		}
		if (page.length < size) return;
		size = PAGE;
	}
}

/** How many entries a stretch of an index has, counted to `most` at most. */
export function countRange(
	database: Database,
	{ table }: Collection,
	index: Index,
	range: Range,
	most: number,
): number {
	const [from, key] = index.id === 0 ? [table, "k"] : [index.table, "e"];
	const statement = database.prepare(
		`SELECT count(*) FROM (SELECT 1 FROM ${from} WHERE ${key} >= ? AND ${key} < ? LIMIT ?)`,
	);
	return (statement.get(range.from, range.to, most) as unknown as [number])[0];
}
