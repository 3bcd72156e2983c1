import type { Connection, Model } from "mongoose";
import { Schema } from "mongoose";
import type { DriverCollection } from "./store/collection.ts";
import { DuplicateKeyError, inserter, updater } from "./store/writer.ts";

/** An answer as it was given, to be given again byte for byte. */
export interface StoredAnswer {
	status: number;
	headers: Record<string, string>;
	body: string;
}

export type Begun =
	| { kind: "run" }
	| { kind: "replay"; answer: StoredAnswer }
	| { kind: "conflict" }
	| { kind: "in_flight" };

interface Record_ {
	_id: string;
	fingerprint: string;
	done: boolean;
	leaseUntil: Date;
	answer: StoredAnswer | null;
	/** Whom the answer is about: ids, and hashes of addresses. */
	people?: string[];
	expiresAt: Date;
}

const NAME = "idempotency";

/**
 * As long as a buyer is kept waiting; after it a record left by a dead node may be taken over. Actions that may be asked under a
 * key find their own earlier work.
 */
const LEASE = 13_000;
const KEEP = 48 * 3_600_000;

const schema = new Schema<Record_>({
	_id: String,
	fingerprint: String,
	done: Boolean,
	leaseUntil: Date,
	answer: Schema.Types.Mixed,
	people: [String],
	expiresAt: { type: Date, expires: 0 },
});
schema.index({ people: 1 }, { sparse: true });

/**
 * Records of requests by their key: a key runs once, on whichever node, and is answered alike for 48 hours.
 * A failure that another attempt may not meet is forgotten, so the same key runs again.
 */
export class IdempotencyRecords {
	readonly #records: DriverCollection<Record_>;
	readonly #insert: (record: Record_) => Promise<true>;
	readonly #update: (change: { q: object; u: object }) => Promise<true>;

	private constructor(connection: Connection) {
		const database = connection.getClient().db(connection.name);
		this.#records = database.collection<Record_>(NAME);
		this.#insert = inserter(this.#records, database);
		this.#update = updater(NAME, database);
	}

	static async open(connection: Connection): Promise<IdempotencyRecords> {
		const model = (connection.models[NAME] ?? connection.model(NAME, schema, NAME)) as unknown as Model<Record_>;
		await model.createIndexes();
		return new IdempotencyRecords(connection);
	}

	/**
	 * @param key unique by caller and route
	 * @param fingerprint of the body
	 */
	async begin(key: string, fingerprint: string): Promise<Begun> {
		const records = this.#records;
		const now = Date.now();
		const record = {
			fingerprint,
			done: false,
			leaseUntil: new Date(now + LEASE),
			answer: null,
			expiresAt: new Date(now + KEEP),
		};
		try {
			await this.#insert({ _id: key, ...record });
			return { kind: "run" };
		} catch (error) {
			if (!(error instanceof DuplicateKeyError)) throw error;
		}
		const found = await records.findOne({ _id: key });
		if (!found) return this.begin(key, fingerprint);
		if (found.fingerprint !== fingerprint) return { kind: "conflict" };
		if (found.done && found.answer) return { kind: "replay", answer: found.answer };
		const taken = await records.updateOne(
			{ _id: key, done: false, leaseUntil: { $lt: new Date(now) } },
			{
				$set: { leaseUntil: record.leaseUntil },
			},
		);
		return taken.matchedCount === 1 ? { kind: "run" } : { kind: "in_flight" };
	}

	/**
	 * Keeps the answer of a run. Of two runs, the second of which took over from one that was thought dead, the first that
	 * ends is kept.
	 * @param since when the run began, milliseconds
	 * @param people whom the answer is about, to find it by when one of them is erased
	 * @returns the answer that is to be given
	 */
	async finish(key: string, answer: StoredAnswer, since: number, people: string[] = []): Promise<StoredAnswer> {
		await this.#update({
			q: { _id: key, done: false },
			u: { $set: { done: true, answer, ...(people.length > 0 ? { people } : {}) } },
		});
		// Clocks of nodes differ: well before the lease is over nobody else can have begun.
		if (Date.now() - since < LEASE / 2) return answer;
		return (await this.#records.findOne({ _id: key }))?.answer ?? answer;
	}

	/** When answers about a person were given, and until when they are kept. */
	async keptFor(people: string[]): Promise<{ status: number; keptUntil: string }[]> {
		const found = await this.#records.find({ people: { $in: people } }, { limit: 1_000 }).toArray();
		return found.map(({ answer, expiresAt }) => ({ status: answer?.status ?? 0, keptUntil: expiresAt.toISOString() }));
	}

	/** @returns how many answers about a person there were */
	async eraseFor(people: string[]): Promise<number> {
		return (await this.#records.deleteMany({ people: { $in: people } })).deletedCount;
	}

	async forget(key: string): Promise<void> {
		await this.#records.deleteOne({ _id: key });
	}
}
