import type { Aggregate } from "../../runtime/store/aggregate.ts";
import type { Params } from "../../schemas/contract.ts";
import type { authorizePayment, LedgerEntry, PaymentState, PaymentStatus, Provider } from "../../schemas/payment.ts";
import { entriesOf } from "./ledger.ts";
import type { Sight } from "./providers/provider.ts";
import { type Refund, sawRefunds } from "./refunds.ts";
import { isCaptured, isOver, leadsTo, requireTransition } from "./transitions.ts";

/** A payment at a provider. Amounts in minor units of `currency`. */
export interface Payment extends Aggregate {
	/** Null when it was given up before anybody asked for it. */
	orderId: string | null;
	orderNumber: string;
	userId: string | null;
	tokenHash: string | null;
	provider: Provider;
	currency: string;
	amount: number;
	captured: number;
	refunded: number;
	status: PaymentStatus;
	/** `pi_...`, or PayPal's order. */
	providerId: string | null;
	/** PayPal's authorization and capture. */
	authorizationId: string | null;
	captureId: string | null;
	paymentMethod: string | null;
	returnUrl: string | null;
	nextAction: PaymentState["nextAction"];
	failure: PaymentState["failure"];
	/** The idempotency key of each call that may go to the provider, stored before the first of them. */
	keys: { authorize: string; approve: string; capture: string; void: string };
	refunds: readonly Refund[];
	ledger: readonly LedgerEntry[];
	createdAt: string;
}

/** A payment as it is before its provider was asked. */
export function pending(params: Params<typeof authorizePayment>, at: string): Omit<Payment, "rev"> {
	const { id, orderId, orderNumber, userId, tokenHash, provider, amount, paymentMethod, returnUrl } = params;
	return {
		...blank(id, provider, amount.currency, at),
		orderId,
		orderNumber,
		userId,
		tokenHash,
		amount: amount.amount,
		paymentMethod,
		returnUrl,
		keys: keysOf(orderId),
	};
}

/** Stands where a payment was given up before it was asked for, so that a late question finds it over. */
export function givenUp(id: string, currency: string, at: string): Omit<Payment, "rev"> {
	return { ...blank(id, "stripe", currency, at), status: "voided" };
}

function blank(id: string, provider: Provider, currency: string, at: string): Omit<Payment, "rev"> {
	return {
		id,
		orderId: null,
		orderNumber: "",
		userId: null,
		tokenHash: null,
		provider,
		currency,
		amount: 0,
		captured: 0,
		refunded: 0,
		status: "pending",
		providerId: null,
		authorizationId: null,
		captureId: null,
		paymentMethod: null,
		returnUrl: null,
		nextAction: null,
		failure: null,
		keys: keysOf(id),
		refunds: [],
		ledger: [],
		createdAt: at,
	};
}

const keysOf = (orderId: string) => ({
	authorize: `${orderId}:authorize`,
	approve: `${orderId}:approve`,
	capture: `${orderId}:capture`,
	void: `${orderId}:void`,
});

/**
 * What a payment is after a look at its provider. The same again changes nothing; what is older than what is known
 * changes nothing either.
 * @returns the payment itself when there is nothing to learn
 */
export function saw(payment: Payment, sight: Sight, at: string): Payment {
	if (isOver(payment.status)) return payment;
	let next = payment;
	if (sight.status === "captured" && (next.status === "pending" || next.status === "requires_action"))
		next = { ...next, status: "authorized" };
	// A refunded payment is still "captured" to its provider: only its refunds lead on from there.
	if (sight.status !== "pending" && !isCaptured(next.status) && leadsTo(next.status, sight.status))
		next = moved(next, sight, at);
	next = withIds(next, sight);
	return sight.refunds && isCaptured(next.status) ? sawRefunds(next, sight.refunds, at) : next;
}

function moved(payment: Payment, sight: Sight, at: string): Payment {
	const status = sight.status as PaymentStatus;
	requireTransition(payment.status, status);
	const next = { ...payment, status, nextAction: status === "requires_action" ? sight.nextAction : null };
	if (status === "failed") return { ...next, failure: sight.failure };
	if (status !== "captured") return next;
	const ledger = [...payment.ledger, ...entriesOf(payment, "capture", sight.captured, at)];
	return { ...next, captured: sight.captured, ledger };
}

function withIds(payment: Payment, sight: Sight): Payment {
	const providerId = sight.providerId ?? payment.providerId;
	const authorizationId = sight.authorizationId ?? payment.authorizationId;
	const captureId = sight.captureId ?? payment.captureId;
	return providerId === payment.providerId &&
		authorizationId === payment.authorizationId &&
		captureId === payment.captureId
		? payment
		: { ...payment, providerId, authorizationId, captureId };
}

/** A payment as other services see it. */
export function stateOf(payment: Payment): PaymentState {
	const { id, provider, status, currency, nextAction, failure, rev } = payment;
	return {
		id,
		provider,
		status,
		amount: { amount: payment.amount, currency },
		captured: { amount: payment.captured, currency },
		refunded: { amount: payment.refunded, currency },
		nextAction,
		failure,
		version: rev,
	};
}
