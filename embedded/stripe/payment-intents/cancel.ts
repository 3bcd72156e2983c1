import { endpoint } from "../endpoint.ts";
import { refused } from "../errors.ts";
import { chargeOf, intentOf } from "../find.ts";
import { unixTime } from "../ids.ts";
import { oneOf } from "../params.ts";

export const cancelIntent = endpoint(
	"POST",
	"/v1/payment_intents/:id/cancel",
	{ cancellation_reason: oneOf("abandoned", "duplicate", "fraudulent", "requested_by_customer") },
	(account, { cancellation_reason }, id) => {
		const intent = intentOf(account, id);
		if (intent.status === "succeeded" || intent.status === "canceled")
			throw refused(
				`You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`,
				"payment_intent_unexpected_state",
				{ payment_intent: intent },
			);
		if (intent.amount_received > 0)
			throw refused(
				"The embedded Stripe does not cancel a PaymentIntent that is captured in part. Release the rest with a final capture of 0.",
				"payment_intent_unexpected_state",
				{ payment_intent: intent },
			);
		const authorized = intent.status === "requires_capture" ? chargeOf(account, intent.latest_charge!) : undefined;
		intent.status = "canceled";
		intent.canceled_at = unixTime();
		intent.cancellation_reason = cancellation_reason ?? null;
		intent.amount_capturable = 0;
		intent.next_action = null;
		if (authorized) {
			// The authorization is released: Stripe counts it as refunded, without a Refund of its own.
			authorized.amount_refunded = authorized.amount;
			authorized.refunded = true;
			account.emit("charge.refunded", account.charges.put(authorized.id, authorized), {
				amount_refunded: 0,
				refunded: false,
			});
		}
		account.emit("payment_intent.canceled", account.paymentIntents.put(intent.id, intent));
		return intent;
	},
);
