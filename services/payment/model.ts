import { LRUCache } from "lru-cache";
import { Schema } from "mongoose";
import { sequence } from "../../runtime/mailbox.ts";
import type { Aggregate } from "../../runtime/store/aggregate.ts";
import { Collection } from "../../runtime/store/collection.ts";
import type { Provider } from "../../schemas/payment.ts";
import type { Payment } from "./domain.ts";
import type { Hint } from "./providers/provider.ts";

/** A payment, its refunds and its ledger are one document: each effect and its entries are written together. */
export const payments = new Collection<Payment>({
	service: "payment",
	name: "payments",
	schema: new Schema(
		{
			_id: String,
			rev: Number,
			orderId: String,
			userId: String,
			status: String,
			currency: String,
			amount: Number,
			captured: Number,
			refunded: Number,
		},
		{ strict: false },
		// Guests' payments cost no entry.
	).index({ userId: 1 }, { partialFilterExpression: { userId: { $type: "string" } } }),
	remember: 1_000,
});

/** A webhook that was verified. Its id is the provider's own, so it is kept once. */
export interface Webhook extends Aggregate {
	provider: Provider;
	hint: Hint;
	at: string;
	/** Long after the provider has given up sending it again. */
	keptUntil: Date;
}

export const webhooks = new Collection<Webhook>({
	service: "payment",
	name: "webhooks",
	schema: new Schema(
		{ _id: String, rev: Number, provider: String, at: String, keptUntil: Date },
		{ strict: false },
	).index({ keptUntil: 1 }, { expireAfterSeconds: 0 }),
});

let turns = sequence();

/** One payment is worked on once at a time in this process: a webhook waits for the call whose effect it tells of. */
export const inTurn: ReturnType<typeof sequence> = (id, task) => turns(id, task);

// What this process knows of payments. It may be behind another node's: enough to decide what to ask the provider, who has
// the last word, while every change is decided again on the stored payment.
const known = new LRUCache<string, Payment>({ max: 1_000 });

/** @throws not_found */
export async function recall(id: string): Promise<Payment> {
	return known.get(id) ?? (await payments.get(id));
}

/** What this process knows without asking. */
export const remembered = (id: string): Payment | undefined => known.get(id);

export function keep(payment: Payment): Payment {
	known.set(payment.id, payment);
	return payment;
}

/** Forgets what this process knows of one payment. */
export const forget = (id: string): void => void known.delete(id);

/** Forgets what belongs to another store. */
export function forgetAll(): void {
	known.clear();
	turns = sequence();
}
