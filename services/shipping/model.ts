import { Schema } from "mongoose";
import type { Aggregate } from "../../runtime/store/aggregate.ts";
import { Collection } from "../../runtime/store/collection.ts";
import type { Rate } from "../../schemas/shipping.ts";
import type { ShipmentState } from "./domain.ts";

const shipmentSchema = new Schema(
	{
		_id: String,
		rev: Number,
		reference: String,
		orderId: String,
		userId: String,
		status: String,
		parcelId: String,
		due: String,
		items: [Object],
		events: [Object],
	},
	{ strict: false },
);
shipmentSchema.index({ reference: 1 }, { unique: true });
shipmentSchema.index({ orderId: 1 });
// Guests' shipments cost no entry.
shipmentSchema.index({ userId: 1 }, { partialFilterExpression: { userId: { $type: "string" } } });
shipmentSchema.index({ parcelId: 1 }, { sparse: true });
shipmentSchema.index({ due: 1 }, { sparse: true });

export const shipments = new Collection<ShipmentState>({
	service: "shipping",
	name: "shipments",
	schema: shipmentSchema,
	remember: 500,
});

/** An order that was cancelled: no parcel of it leaves, also one that is asked for late. The id is the order's. */
export interface Cancellation extends Aggregate {
	at: string;
}

export const cancellations = new Collection<Cancellation>({
	service: "shipping",
	name: "cancellations",
	schema: new Schema({ _id: String, rev: Number, at: String }),
});

/** Rates as they were offered for one destination and weight. */
export interface QuoteState extends Aggregate {
	/** Destination, weight and currency. */
	key: string;
	rates: Rate[];
	createdAt: string;
	/** When the store forgets it. */
	expiresAt: Date;
}

const quoteSchema = new Schema(
	{ _id: String, rev: Number, key: String, rates: [Object], createdAt: String, expiresAt: Date },
	{ strict: false },
);
quoteSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
quoteSchema.index({ key: 1 });

export const quotes = new Collection<QuoteState>({ service: "shipping", name: "quotes", schema: quoteSchema });

/** A webhook's event, once: `id` is the provider's. */
export interface WebhookState extends Aggregate {
	description: string;
	expiresAt: Date;
}

const webhookSchema = new Schema({ _id: String, rev: Number, description: String, expiresAt: Date }, { strict: false });
webhookSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const webhooks = new Collection<WebhookState>({ service: "shipping", name: "webhooks", schema: webhookSchema });
