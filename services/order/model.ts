import { Schema } from "mongoose";
import { Collection } from "../../runtime/store/collection.ts";
import { gather } from "../../runtime/store/gather.ts";
import type { OrderState } from "./domain.ts";
import type { FeedState } from "./feed.ts";

const schema = new Schema(
	{
		_id: String,
		rev: Number,
		number: String,
		status: String,
		cartId: String,
		userId: String,
		claimableBy: String,
		requestKey: String,
		nextAttemptAt: String,
		forgetAt: Date,
	},
	{ strict: false },
);
schema.index({ requestKey: 1 }, { unique: true, sparse: true });
schema.index({ userId: 1, _id: -1 });
schema.index({ claimableBy: 1 }, { sparse: true });
schema.index({ status: 1, _id: -1 });
schema.index({ nextAttemptAt: 1 }, { sparse: true });
schema.index({ forgetAt: 1 }, { expireAfterSeconds: 0, sparse: true });

export const orders = new Collection<OrderState>({ service: "order", name: "orders", schema, remember: 2_000 });

/** One row of events a person, made when somebody looks at it. */
export const feeds = new Collection<FeedState>({
	service: "order",
	name: "feeds",
	schema: new Schema({ _id: String }, { strict: false }),
});

interface Ordered {
	_id: string;
	rev: number;
	userId: string;
}

/** Of each person what tells whether one of their orders changed; those who ask together share one command. */
export const changesOf = gather<string, string>(
	async (userIds) => {
		const filter = { userId: { $in: [...new Set(userIds)] } };
		const found = await orders.documents
			.find(filter, { projection: { rev: 1, userId: 1 }, sort: { userId: 1, _id: -1 } })
			.toArray();
		const changes = new Map<string, string>();
		for (const { _id, rev, userId } of found as unknown as Ordered[])
			changes.set(userId, `${changes.get(userId) ?? ""}${_id}:${rev} `);
		return userIds.map((userId) => changes.get(userId) ?? "");
	},
	{ limit: 500, linger: 20 },
);

interface Counter {
	id: string;
	rev: number;
	value: number;
}

export const counters = new Collection<Counter>({
	service: "order",
	name: "counters",
	schema: new Schema({ _id: String, value: Number }, { strict: false }),
});

const FIRST = 100_000;

/** Human numbers, unique and rising; those who ask together share one command. */
export const nextNumber = gather<null, string>(async (asked) => {
	const found = await counters.documents.findOneAndUpdate(
		{ _id: "orders" },
		{ $inc: { value: asked.length } } as object,
		{ upsert: true, returnDocument: "after" },
	);
	const last = FIRST + Number(found?.value);
	return asked.map((_, index) => String(last - asked.length + index + 1));
});
