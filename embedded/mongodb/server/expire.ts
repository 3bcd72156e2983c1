import { encodeKey, rankByte } from "../bson/key.ts";
import type { Catalog } from "../store/catalog.ts";
import type { Collection } from "../store/collection.ts";
import type { Database } from "../store/database.ts";
import type { Index } from "../store/index.ts";
import { scanIndex } from "../store/scan.ts";

const DATE = 45;
const MOST = 1000;

/** Deletes what TTL indexes say has expired, at most a thousand documents an index; gives how many. */
export function expire(database: Database, catalog: Catalog, now: number): number {
	let gone = 0;
	for (const collection of catalog.list())
		for (const index of collection.indexes)
			if (index.expireAfterSeconds !== undefined) gone += expireIndex(database, collection, index, now);
	return gone;
}

function expireIndex(database: Database, collection: Collection, index: Index, now: number): number {
	const [direction] = index.directions as [1 | -1];
	const edge = encodeKey([new Date(now - index.expireAfterSeconds! * 1000)], [direction]);
	const begin = rankByte(DATE, direction);
	const range =
		direction === 1
			? { from: Buffer.from([begin]), to: edge }
			: { from: Buffer.concat([edge, Buffer.from([255])]), to: Buffer.from([begin + 1]) };
	const rows = new Map<number, Buffer>();
	for (const { row, bytes } of scanIndex(database, collection, index, range, false)) {
		rows.set(row, bytes);
		if (rows.size >= MOST) break;
	}
	for (const [row, bytes] of rows) collection.remove(row, bytes);
	return rows.size;
}
