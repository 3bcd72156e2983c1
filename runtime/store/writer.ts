import type { mongo } from "mongoose";
import { guard } from "../guard.ts";
import { newMark } from "../ids.ts";
import type { DriverCollection, Stored } from "./collection.ts";
import { type Gathering, gather } from "./gather.ts";

/** A change that holds only at one revision. */
export interface Update {
	id: string;
	/** The revision that the change was decided on. */
	rev: number;
	update: Record<string, unknown>;
}

/** Takes published events out of an aggregate, whatever its revision. */
export interface Pull {
	id: string;
	/** Ids of events. */
	events: string[];
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

const outdated = guard("a change holds only at the revision that it was decided on");
/** Where a change finds its aggregate. */
const placeOf = ({ id, rev }: Update) => (outdated(true) ? { _id: id, rev } : { _id: id });

export const CONCERN = { w: "majority" } as const;

/** Gathers inserts into one collection; one that a unique index refuses is rejected with DuplicateKeyError. */
export function inserter<D extends mongo.Document>(
	collection: DriverCollection<D>,
	database: mongo.Db,
	{ linger = 0 }: Pick<Gathering, "linger"> = {},
): (document: D) => Promise<true> {
	async function one(document: D): Promise<(true | Error)[]> {
		try {
			await collection.insertOne(document as never);
			return [true];
		} catch (error) {
			return [refusals(error, 1)?.get(0) ?? (error as Error)];
		}
	}

	/** Without the driver's bulk layer, which makes BSON of every document twice. */
	async function many(documents: D[]): Promise<(true | Error)[]> {
		const insert = collection.collectionName;
		const answer = await database.command({ insert, documents, ordered: false, writeConcern: CONCERN });
		const refused = refusals(answer, documents.length);
		return documents.map((_document, index) => refused?.get(index) ?? true);
	}

	return gather((documents) => (documents.length === 1 ? one(documents[0] as D) : many(documents)), {
		linger,
		beat: true,
	});
}

/** Gathers updates of one collection that nobody has to be told the outcome of. */
export const updater = (
	collection: string,
	database: mongo.Db,
): ((statement: { q: object; u: object }) => Promise<true>) =>
	gather(
		async (updates) => {
			await database.command({ update: collection, updates, ordered: false, writeConcern: CONCERN });
			return updates.map(() => true);
		},
		{ beat: true },
	);

/** Gathers the inserts, the conditional updates and the pulls of one collection into as few commands as there is waiting for. */
export function writer(collection: DriverCollection<Stored>, database: mongo.Db, nodeId: string) {
	const name = collection.collectionName;
	const field = `writers.${nodeId.replaceAll(".", "-").replaceAll("$", "-")}`;

	const insert = inserter(collection, database);
	const update = gather<Update, boolean>(
		(updates) => (updates.length === 1 ? one(updates[0] as Update) : many(updates)),
		{ beat: true },
	);

	async function one(change: Update): Promise<(boolean | Error)[]> {
		try {
			return [(await collection.updateOne(placeOf(change) as never, change.update)).matchedCount === 1];
		} catch (error) {
			return [refusals(error, 1)?.get(0) ?? (error as Error)];
		}
	}

	/**
	 * The answer to many updates counts those that fitted without naming them, so each leaves its writer's mark, and only when
	 * one did not fit, or no answer came, are the marks read. One node changes one aggregate at a time: its own mark is certain.
	 */
	async function many(updates: Update[]): Promise<(boolean | Error)[]> {
		const mark = newMark();
		const statements = updates.map((change) => ({
			q: placeOf(change),
			u: { ...change.update, $set: { ...(change.update.$set as object), [field]: mark } },
		}));
		let refused = new Map<number, Error>();
		try {
			const answer = await database.command({
				update: name,
				updates: statements,
				ordered: false,
				writeConcern: CONCERN,
			});
			if (answer.n === updates.length) return updates.map(() => true);
			refused = refusals(answer, updates.length) ?? refused;
		} catch (error) {
			if ((error as { code?: unknown }).code !== undefined) throw error;
		}
		const marked = await collection
			.find({ _id: { $in: updates.map(({ id }) => id) }, [field]: mark }, { projection: { _id: 1 } })
			.toArray();
		const done = new Set<unknown>(marked.map((document) => document._id));
		return updates.map(({ id }, index) => refused.get(index) ?? done.has(id));
	}

	const change = updater(name, database);
	const pull = ({ id, events }: Pull): Promise<true> =>
		change({
			q: { _id: id },
			u: { $pull: { outbox: { id: events.length === 1 ? events[0] : { $in: events } } } },
		});

	return { insert, update, pull };
}

interface Refusal {
	index: number;
	code: number;
	err?: { keyPattern?: object };
	keyPattern?: object;
	errmsg?: string;
}

/** What a unique index or another rule of the store refused, by place; null when the whole command failed. */
function refusals(error: unknown, count: number): Map<number, Error> | null {
	const { code, writeErrors, keyPattern } = error as {
		code?: number;
		writeErrors?: Refusal | Refusal[];
		keyPattern?: object;
	};
	if (count === 1) return code === 11000 ? new Map([[0, new DuplicateKeyError(Object.keys(keyPattern ?? {}))]]) : null;
	if (!writeErrors) return null;
	return new Map(
		[writeErrors]
			.flat()
			.map((entry) => [
				entry.index,
				entry.code === 11000
					? new DuplicateKeyError(Object.keys(entry.err?.keyPattern ?? entry.keyPattern ?? {}))
					: new Error(entry.errmsg ?? `write error ${entry.code}`),
			]),
	);
}
