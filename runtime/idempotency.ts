import type { Connection, Model } from "mongoose";
import { Schema } from "mongoose";

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
	expiresAt: Date;
}

/** Longer than any request may take; after it a record left by a dead node may be taken over. */
const LEASE = 30_000;
const KEEP = 48 * 3_600_000;

const schema = new Schema<Record_>({
	_id: String,
	fingerprint: String,
	done: Boolean,
	leaseUntil: Date,
	answer: Schema.Types.Mixed,
	expiresAt: { type: Date, expires: 0 },
});

/**
 * Records of requests by their key: a key runs once, on whichever node, and is answered alike for 48 hours.
 * A failure that another attempt may not meet is forgotten, so the same key runs again.
 */
export class IdempotencyRecords {
	readonly #model: Model<Record_>;

	private constructor(model: Model<Record_>) {
		this.#model = model;
	}

	static async open(connection: Connection): Promise<IdempotencyRecords> {
		const model = (connection.models.idempotency ??
			connection.model("idempotency", schema, "idempotency")) as unknown as Model<Record_>;
		await model.createIndexes();
		return new IdempotencyRecords(model);
	}

	/** @param key unique by caller and route; @param fingerprint of the body */
	async begin(key: string, fingerprint: string): Promise<Begun> {
		const records = this.#model.collection;
		const now = Date.now();
		const record = {
			fingerprint,
			done: false,
			leaseUntil: new Date(now + LEASE),
			answer: null,
			expiresAt: new Date(now + KEEP),
		};
		try {
			await records.insertOne({ _id: key, ...record } as never);
			return { kind: "run" };
		} catch (error) {
			if ((error as { code?: number }).code !== 11000) throw error;
		}
		const found = (await records.findOne({ _id: key } as never)) as unknown as Record_ | null;
		if (!found) return this.begin(key, fingerprint);
		if (found.fingerprint !== fingerprint) return { kind: "conflict" };
		if (found.done && found.answer) return { kind: "replay", answer: found.answer };
		const taken = await records.updateOne({ _id: key, done: false, leaseUntil: { $lt: new Date(now) } } as never, {
			$set: { leaseUntil: record.leaseUntil },
		});
		return taken.matchedCount === 1 ? { kind: "run" } : { kind: "in_flight" };
	}

	async finish(key: string, answer: StoredAnswer): Promise<void> {
		await this.#model.collection.updateOne({ _id: key } as never, { $set: { done: true, answer } });
	}

	async forget(key: string): Promise<void> {
		await this.#model.collection.deleteOne({ _id: key } as never);
	}
}
