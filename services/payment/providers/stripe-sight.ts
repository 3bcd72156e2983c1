import type { Stripe } from "stripe";
import type { Payment } from "../domain.ts";
import { type RefundSight, Refused, Rubbish, type Sight } from "./provider.ts";

/** What the status of a PaymentIntent means here: https://docs.stripe.com/payments/paymentintents/lifecycle */
const STATUS: Partial<Record<Stripe.PaymentIntent.Status, Sight["status"]>> = {
	requires_action: "requires_action",
	requires_capture: "authorized",
	requires_payment_method: "failed",
	requires_confirmation: "pending",
	processing: "pending",
	succeeded: "captured",
	canceled: "voided",
};

/** @throws Rubbish */
export function sightOf(intent: Stripe.PaymentIntent): Sight {
	const status = STATUS[intent.status];
	if (intent.object !== "payment_intent" || typeof intent.id !== "string" || !status)
		throw new Rubbish("it is no payment intent");
	if (!Number.isSafeInteger(intent.amount) || typeof intent.currency !== "string")
		throw new Rubbish("a payment intent without an amount");
	const url = intent.next_action?.redirect_to_url?.url ?? null;
	if (status === "requires_action" && !url) throw new Rubbish("an action that is no page to go to");
	const charge = typeof intent.latest_charge === "object" ? intent.latest_charge : null;
	return {
		status,
		providerId: intent.id,
		captureId: typeof intent.latest_charge === "string" ? intent.latest_charge : (charge?.id ?? null),
		amount: intent.amount,
		currency: intent.currency.toUpperCase(),
		captured: intent.amount_received,
		nextAction: url ? { type: "redirect", url } : null,
		failure: status === "failed" ? failureOf(intent.last_payment_error) : null,
		refunds: charge?.refunds?.data.map(refundSight) ?? null,
	};
}

export function refundSight(refund: Stripe.Refund): RefundSight {
	if (refund.object !== "refund" || typeof refund.id !== "string" || !Number.isSafeInteger(refund.amount))
		throw new Rubbish("it is no refund");
	const { status } = refund;
	return {
		id: refund.metadata?.refund ?? null,
		providerId: refund.id,
		amount: refund.amount,
		status: status === "succeeded" ? status : status === "failed" || status === "canceled" ? "failed" : "pending",
	};
}

type StripeFailure = { code?: string; decline_code?: string; message?: string } | null;

/** Stripe words this one for developers; buyers read it. */
const UNCONFIRMED = { payment_intent_authentication_failure: "Your bank did not confirm the payment." };

const failureOf = (error: StripeFailure) => ({
	code: error?.code ?? "payment_failed",
	message: UNCONFIRMED[error?.code as keyof typeof UNCONFIRMED] ?? error?.message ?? "The payment failed.",
	declineCode: error?.decline_code ?? null,
});

/**
 * What an authorization came to that Stripe answered with an error: a card that was declined, or a request that it will
 * never accept, such as an unknown payment method.
 * @throws what leaves the outcome open
 */
export function outcomeOf(error: unknown, payment: Payment): Sight {
	const { type, raw } = error as { type?: string; raw?: { payment_intent?: Stripe.PaymentIntent } & StripeFailure };
	if (type !== "StripeCardError" && type !== "StripeInvalidRequestError") throw error;
	return {
		status: "failed",
		providerId: raw?.payment_intent?.id ?? null,
		amount: payment.amount,
		currency: payment.currency,
		captured: 0,
		nextAction: null,
		failure: failureOf(raw ?? null),
		refunds: null,
	};
}

/** Stripe's no as Refused; any other error as it is. */
export function refusalOf(error: unknown): unknown {
	const { type, code, message } = error as { type?: string; code?: string; message: string };
	if (type !== "StripeInvalidRequestError" && type !== "StripeCardError") return error;
	return new Refused(code ?? "refused", message);
}
