import { randomBytes } from "node:crypto";
import type { Doc } from "../bson/types.ts";
import { MongoError } from "../errors.ts";

/** Answers are cut here, well below the 16 MB that a driver takes, so that a big result does not fill the memory. */
const MOST_BYTES = 1024 * 1024;
const IDLE = 10 * 60_000;

type Cursor = {
	namespace: string;
	docs: Iterator<Buffer>;
	/** A document that was read but did not fit into the last batch. */
	held: Buffer | undefined;
	usedAt: number;
	keeps: boolean;
};

/** The open results, each a lazy row of documents as bytes. */
export class Cursors {
	readonly #open = new Map<bigint, Cursor>();

	get count(): number {
		return this.#open.size;
	}

	/** The answer to a command that begins a result. */
	first(
		namespace: string,
		docs: Iterator<Buffer>,
		options: { batchSize: number; single?: boolean; keeps?: boolean },
	): Doc {
		const cursor: Cursor = { namespace, docs, held: undefined, usedAt: Date.now(), keeps: options.keeps ?? false };
		const batch = this.#fill(cursor, options.batchSize);
		let id = 0n;
		if (!batch.done && !options.single) {
			id = randomBytes(8).readBigInt64LE() & 0x7fffffffffffffffn;
			this.#open.set(id, cursor);
		}
		return { cursor: { firstBatch: batch.docs, id, ns: namespace } };
	}

	/** The answer to `getMore`. Throws 43 for a cursor that is not there. */
	next(id: bigint, namespace: string, batchSize: number): Doc {
		const cursor = this.#open.get(id);
		if (!cursor) throw new MongoError(43, "CursorNotFound", `cursor id ${id} not found`);
		if (cursor.namespace !== namespace)
			throw new MongoError(
				13,
				"Unauthorized",
				`Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
			);
		let batch: { docs: Buffer[]; done: boolean };
		try {
			batch = this.#fill(cursor, batchSize);
		} catch (error) {
			this.#open.delete(id);
			if (/no such table/.test((error as Error).message))
				throw new MongoError(175, "QueryPlanKilled", `the collection or index of cursor ${id} was dropped`);
			throw error;
		}
		cursor.usedAt = Date.now();
		if (batch.done) this.#open.delete(id);
		return { cursor: { nextBatch: batch.docs, id: batch.done ? 0n : id, ns: namespace } };
	}

	/** True when it was there. */
	kill(id: bigint): boolean {
		this.#open.get(id)?.docs.return?.();
		return this.#open.delete(id);
	}

	/** Closes those that nobody has asked for ten minutes. */
	sweep(now: number): void {
		for (const [id, cursor] of this.#open) if (!cursor.keeps && now - cursor.usedAt > IDLE) this.kill(id);
	}

	#fill(cursor: Cursor, most: number): { docs: Buffer[]; done: boolean } {
		const docs: Buffer[] = [];
		let bytes = 0;
		for (;;) {
			if (docs.length >= most && most >= 0 && cursor.held) break;
			let doc = cursor.held;
			if (!doc) {
				const next = cursor.docs.next();
				if (next.done) return { docs, done: true };
				doc = next.value;
			}
			cursor.held = doc;
			if (docs.length >= most || (docs.length > 0 && bytes + doc.length > MOST_BYTES)) break;
			cursor.held = undefined;
			docs.push(doc);
			bytes += doc.length;
		}
		return { docs, done: false };
	}
}
