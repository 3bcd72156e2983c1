import { randomBytes } from "node:crypto";
import type { Collection as NativeCollection } from "mongoose";
import type { Stored } from "./collection.ts";
import { gather } from "./gather.ts";

export type Insertion = Record<string, unknown> & { _id: string };

/** A change that holds only at one revision. */
export interface Update {
	id: string;
	/** The revision that the change was decided on. */
	rev: number;
	update: Record<string, unknown>;
}

/** A unique index refused a document; `key` names the fields. */
export class DuplicateKeyError extends Error {
	override name = "DuplicateKeyError";
	readonly key: string[];
	constructor(key: string[]) {
		super(`a document with the same ${key.join(", ")} is there`);
		this.key = key;
	}
}

/** Gathers the inserts and conditional updates of one collection into as few commands as there is waiting for. */
export function writer(collection: NativeCollection<Stored>, nodeId: string) {
	const field = `writers.${nodeId.replaceAll(".", "-").replaceAll("$", "-")}`;

	const insert = gather<Insertion, true>(async (documents) => {
		try {
			if (documents.length === 1) await collection.insertOne(documents[0] as never);
			else await collection.insertMany(documents as never, { ordered: false });
			return documents.map(() => true);
		} catch (error) {
			const failures = writeErrors(error, documents.length);
			if (!failures) throw error;
			return documents.map((_document, index) => failures.get(index) ?? true);
		}
	});

	const update = gather<Update, boolean>(async (updates) => {
		if (updates.length === 1) {
			const { id, rev, update } = updates[0]!;
			return [(await collection.updateOne({ _id: id, rev }, update)).matchedCount === 1];
		}
		// The answer to many updates counts those that fitted without naming them, so each leaves its writer's mark, and
		// only when one did not fit are the marks read. One node changes one aggregate at a time: its own mark is certain.
		const mark = randomBytes(9).toString("base64url");
		const operations = updates.map(({ id, rev, update }) => ({
			updateOne: {
				filter: { _id: id, rev },
				update: { ...update, $set: { ...(update.$set as object), [field]: mark } },
			},
		}));
		const result = await collection.bulkWrite(operations as never, { ordered: false });
		if (result.matchedCount === updates.length) return updates.map(() => true);
		const marked = await collection
			.find({ _id: { $in: updates.map(({ id }) => id) }, [field]: mark }, { projection: { _id: 1 } })
			.toArray();
		const done = new Set<unknown>(marked.map((document) => document._id));
		return updates.map(({ id }) => done.has(id));
	});

	return { insert, update };
}

function writeErrors(error: unknown, count: number): Map<number, Error> | null {
	const { code, writeErrors, keyPattern } = error as {
		code?: number;
		writeErrors?: { index: number; code: number; err?: { keyPattern?: object }; errmsg?: string }[];
		keyPattern?: object;
	};
	if (count === 1) return code === 11000 ? new Map([[0, new DuplicateKeyError(Object.keys(keyPattern ?? {}))]]) : null;
	if (!writeErrors) return null;
	const list = Array.isArray(writeErrors) ? writeErrors : [writeErrors];
	return new Map(
		list.map((entry) => [
			entry.index,
			entry.code === 11000
				? new DuplicateKeyError(Object.keys(entry.err?.keyPattern ?? {}))
				: new Error(entry.errmsg ?? `write error ${entry.code}`),
		]),
	);
}
