import type { Stripe } from "stripe";
import type { PaymentStatus } from "../../../schemas/payment.ts";
import type { Hint } from "./provider.ts";

/** The events that payments care about, and the status that each tells of; null when only a look can tell. */
const EVENTS: Record<string, PaymentStatus | null> = {
	"payment_intent.amount_capturable_updated": "authorized",
	"payment_intent.payment_failed": "failed",
	"payment_intent.canceled": "voided",
	"payment_intent.succeeded": "captured",
	"charge.refunded": null,
	"refund.updated": null,
	"refund.failed": null,
};

/** What to register a webhook endpoint for. */
export const STRIPE_EVENTS = Object.keys(EVENTS);

/** @returns null for other events and other people's objects */
export function hintOf(event: Stripe.Event): Hint | null {
	const implies = EVENTS[event.type];
	if (implies === undefined) return null;
	const object = event.data.object as {
		object: string;
		id: string;
		payment_intent?: string | { id: string } | null;
		metadata?: Record<string, string> | null;
	};
	const intent = object.object === "payment_intent" ? object.id : object.payment_intent;
	return {
		eventId: event.id,
		type: event.type,
		paymentId: object.metadata?.payment ?? null,
		providerId: typeof intent === "string" ? intent : (intent?.id ?? null),
		implies,
	};
}
