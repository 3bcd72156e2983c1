import { Schema } from "mongoose";
import type { Aggregate } from "../../runtime/store/aggregate.ts";
import { Collection } from "../../runtime/store/collection.ts";
import type { Delivered, NotificationState } from "./domain.ts";

/** Mails and messages. Addresses and phones are kept here and nowhere else; events name a notification by its id. */
export const notifications = new Collection<NotificationState>({
	service: "notification",
	name: "notifications",
	schema: new Schema(
		{
			_id: String,
			rev: Number,
			kind: String,
			channel: String,
			userId: String,
			to: String,
			status: String,
			attempts: Number,
			createdAt: String,
			providerId: String,
		},
		{ strict: false },
	)
		.index({ createdAt: -1, _id: -1 })
		.index({ userId: 1, createdAt: -1 })
		.index({ createdAt: -1 }, { name: "failures", partialFilterExpression: { status: "failed" } })
		.index({ queuedAt: 1 }, { name: "waiting", partialFilterExpression: { status: "queued" } })
		.index({ providerId: 1 }, { sparse: true }),
	remember: 1_000,
});

/** What a person wants to be sent; the id is the person's. */
export interface PreferenceState extends Aggregate {
	sms: boolean;
	marketing: boolean;
}

export const preferences = new Collection<PreferenceState>({
	service: "notification",
	name: "preferences",
	schema: new Schema({ _id: String, rev: Number, sms: Boolean, marketing: Boolean }),
});

/** A status that came before the message's id at Twilio was stored. */
export interface Report extends Aggregate {
	providerId: string;
	status: Delivered;
	error: string | null;
}

export const reports = new Collection<Report>({
	service: "notification",
	name: "reports",
	schema: new Schema({ _id: String, rev: Number, providerId: String, status: String }, { strict: false }),
});
