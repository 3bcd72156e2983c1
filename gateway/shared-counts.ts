import type { Connection, Model } from "mongoose";
import { Schema } from "mongoose";
import type { DriverCollection } from "../runtime/store/collection.ts";
import { gather } from "../runtime/store/gather.ts";

/** Requests of a client that a node has let in and tells the others of. */
export interface Tally {
	/** The limit and the client. */
	id: string;
	requests: number;
	/** Of a window that begins now, milliseconds. */
	length: number;
}

/** How many requests all nodes counted in the window, with these; and when it ends, milliseconds. */
export interface Sum {
	used: number;
	resetAt: number;
}

export type Share = (tally: Tally) => Promise<Sum>;

interface Count {
	_id: string;
	used: number;
	resetAt: Date;
}

const NAME = "limits";
// A window that is over is taken away by the store.
const schema = new Schema<Count>({ _id: String, used: Number, resetAt: { type: Date, expires: 0 } });

/**
 * The counts that a shop's gateways share, in their own MongoDB database: each has it already, also on a laptop without NATS, and
 * `$inc` answers with the sum in one command, for which a NATS key-value bucket needs a read and a write that may lose a race.
 */
export async function sharedCounts(connection: Connection): Promise<Share> {
	const model = (connection.models[NAME] ?? connection.model(NAME, schema, NAME)) as unknown as Model<Count>;
	await model.createIndexes();
	const counts: DriverCollection<Count> = connection.getClient().db(connection.name).collection<Count>(NAME);

	async function add({ id, requests, length }: Tally): Promise<Sum> {
		for (;;) {
			const now = Date.now();
			const after = { returnDocument: "after" } as const;
			const current = { _id: id, resetAt: { $gt: new Date(now) } };
			const found = await counts.findOneAndUpdate(current, { $inc: { used: requests } }, after);
			if (found) return { used: found.used, resetAt: found.resetAt.getTime() };
			const fresh = { used: requests, resetAt: new Date(now + length) };
			try {
				const over = { _id: id, resetAt: { $lte: new Date(now) } };
				await counts.updateOne(over, { $set: fresh }, { upsert: true });
				return { used: requests, resetAt: now + length };
			} catch (error) {
				// Another node began the window at this moment.
				if ((error as { code?: unknown }).code !== 11000) throw error;
			}
		}
	}

	return gather<Tally, Sum>((tallies) => sumsOf(tallies, add));
}

/** Asks once for what concerns one client; each request gets its own place in the sum. */
async function sumsOf(tallies: Tally[], add: Share): Promise<(Sum | Error)[]> {
	const together = new Map<string, Tally>();
	for (const tally of tallies) {
		const known = together.get(tally.id);
		if (known) known.requests += tally.requests;
		else together.set(tally.id, { ...tally });
	}
	const sums = new Map<string, Sum | Error>();
	const ask = async (tally: Tally) => sums.set(tally.id, await add(tally).catch((error: Error) => error));
	await Promise.all(Array.from(together.values(), ask));
	return tallies.map(({ id, requests }) => {
		const sum = sums.get(id) as Sum | Error;
		const rest = together.get(id) as Tally;
		if (sum instanceof Error) return sum;
		rest.requests -= requests;
		return { ...sum, used: sum.used - rest.requests };
	});
}
