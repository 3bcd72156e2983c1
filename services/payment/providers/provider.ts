import type { PaymentState, PaymentStatus } from "../../../schemas/payment.ts";
import type { Payment } from "../domain.ts";
import type { Refund, RefundStatus } from "../refunds.ts";

/** A payment as its provider has it now. Amounts in minor units. */
export interface Sight {
	/** `pending`: the provider has not decided; look again. */
	status: Exclude<PaymentStatus, "partially_refunded" | "refunded">;
	providerId: string | null;
	authorizationId?: string | null;
	captureId?: string | null;
	amount: number;
	currency: string;
	captured: number;
	nextAction: PaymentState["nextAction"];
	failure: PaymentState["failure"];
	/** Null when this look did not show them. */
	refunds: RefundSight[] | null;
}

export interface RefundSight {
	/** Ours, where the refund was asked for by us. */
	id: string | null;
	providerId: string;
	amount: number;
	status: Exclude<RefundStatus, "requested">;
}

/** A webhook as it came. */
export interface RawWebhook {
	/** Its bytes as text, unchanged: the signature covers them. */
	body: string;
	/** Names in lower case. */
	headers: Record<string, string>;
}

/** What a verified webhook points at. */
export interface Hint {
	/** The provider's id of the event: the same for every delivery of it. */
	eventId: string;
	type: string;
	/** Null when the event does not say which of our payments it is about. */
	paymentId: string | null;
	/** The provider's id of the payment. */
	providerId: string | null;
	/** The status that the payment has at least; null when only a look can tell. */
	implies: PaymentStatus | null;
}

/** A payment of this shop as its provider lists it. */
export interface Created {
	paymentId: string;
	orderId: string | null;
	sight: Sight;
}

/**
 * A payment provider. Calls carry the payment's idempotency keys and may be repeated. They throw Refused when the provider
 * said no, and anything else when the outcome is not known; a declined card is a sight with the status `failed`.
 */
export interface PaymentProvider {
	authorize(payment: Payment): Promise<Sight>;
	/** Looks, and goes on where the buyer has approved. */
	resume(payment: Payment): Promise<Sight>;
	/** Looks, and changes nothing. */
	look(payment: Payment): Promise<Sight>;
	/** Finds a payment whose authorization was never answered by what it was marked with; null where there is none. */
	find(payment: Payment): Promise<Sight | null>;
	capture(payment: Payment): Promise<Sight>;
	void(payment: Payment): Promise<Sight>;
	refund(payment: Payment, refund: Refund): Promise<RefundSight>;
	/**
	 * Payments of this shop that the provider made in a span of time, RFC 3339, page by page with their refunds; absent where it
	 * cannot list them.
	 */
	created?(
		span: { since: string; until: string },
		cursor: string | null,
	): Promise<{ payments: Created[]; nextCursor: string | null }>;
	/** Which of our payments an object of the provider belongs to. */
	paymentOf(providerId: string): Promise<string | null>;
	/**
	 * @returns null for an event that payments do not care about
	 * @throws invalid_signature
	 */
	verifyWebhook(webhook: RawWebhook): Promise<Hint | null>;
}

/** Stands for a look where nobody was asked: nothing to pay, or nothing that could be sent. */
export const without = ({ amount, currency }: Payment, status: Sight["status"]): Sight => ({
	status,
	providerId: null,
	amount,
	currency,
	captured: 0,
	nextAction: null,
	failure: null,
	refunds: null,
});

/** The provider said no, and will say it again. */
export class Refused extends Error {
	override name = "Refused";
	readonly code: string;
	constructor(code: string, message: string) {
		super(message);
		this.code = code;
	}
}

/** An answer that a provider never gives. */
export class Rubbish extends Error {
	override name = "Rubbish";
}
