import { guard } from "../../runtime/guard.ts";
import { type Fact, fact } from "../../runtime/store/aggregate.ts";
import type { CheckoutCart } from "../../schemas/cart.ts";
import { orderCancelled, orderConfirmed, orderFailed, orderRefunded } from "../../schemas/events.ts";
import type { PaymentState } from "../../schemas/payment.ts";
import { type Failure, type OrderState, told, transitions, unfulfilled } from "./domain.ts";

/** Where a checkout stands. Each is durable: after a crash the order goes on from here. */
export type SagaState =
	| "created"
	| "reserved"
	| "awaiting_buyer"
	| "authorized"
	| "committed"
	| "confirmed"
	| "undoing"
	| "failed"
	| "cancelling"
	| "cancelled";

/** What is to be done next. Every one may be done again without a further effect. */
export type Command = "reserve" | "authorize" | "resume" | "commit" | "capture" | "undo" | "cancel" | "refund";

/** What came of it. */
export type SagaEvent =
	| { type: "reserved"; cart: CheckoutCart }
	| { type: "refused"; failure: Failure; told: boolean }
	| { type: "payment"; payment: PaymentState }
	| { type: "committed" }
	| { type: "commit_refused"; lines: unknown }
	| { type: "capture_refused"; detail: string }
	| { type: "undone" }
	| { type: "expired" }
	| { type: "cancel_requested" }
	| { type: "cancelled" }
	| { type: "cancel_refused" }
	| { type: "refund_requested"; refund: { id: string; amount: { amount: number; currency: string }; reason: string } }
	| { type: "refunded"; refundId: string; payment: PaymentState }
	| { type: "tried"; nextAttemptAt: string };

/** The steps of a checkout: what is done in a state, what follows, and what takes it back. */
export const steps: readonly { state: SagaState; command: Command; next: SagaState; undoneBy: string }[] = [
	{ state: "created", command: "reserve", next: "reserved", undoneBy: "release stock, reopen cart" },
	{ state: "reserved", command: "authorize", next: "authorized", undoneBy: "void payment" },
	{ state: "awaiting_buyer", command: "resume", next: "authorized", undoneBy: "void payment" },
	{ state: "authorized", command: "commit", next: "committed", undoneBy: "restock" },
	{ state: "committed", command: "capture", next: "confirmed", undoneBy: "refund" },
	{ state: "undoing", command: "undo", next: "failed", undoneBy: "nothing" },
	{ state: "cancelling", command: "cancel", next: "cancelled", undoneBy: "nothing" },
];

const commands = new Map(steps.map(({ state, command }) => [state, command]));

/** What an order needs done now; null when it waits for its buyer or is done. */
export function commandFor(state: OrderState, now: string): Command | null {
	if (state.saga === "awaiting_buyer") return now >= state.expiresAt ? "undo" : null;
	if (state.refunds.some(({ done }) => !done) && state.saga === "confirmed") return "refund";
	return commands.get(state.saga) ?? null;
}

/** While a node works on an order no other takes it up; this long after its last word another does. */
export const LEASE = 7_000;

/** Milliseconds for which a refused order that nobody was told of is found by what comes late. */
const REMEMBERED = 86_400_000;

const lateReservation = guard("only an order that was just made takes a reservation");
const lateUndoing = guard("only an order that is undone has failed");
const lateCancelling = guard("only a confirmed order is cancelled with its goods");
const idle = guard("an order that needs nothing is not taken up again");
const unpaid = guard("an order is confirmed when its money is there and its stock is sold");

interface Reduction {
	state: OrderState;
	facts?: Fact[];
}

/**
 * The checkout as a pure function. An event that does not belong to the state changes nothing: it is a repeat, or it
 * came late.
 * @param options.fulfil whether a confirmed order becomes a parcel at once
 */
export function reduce(state: OrderState, event: SagaEvent, at: string, options: { fulfil: boolean }): Reduction {
	const lease = new Date(Date.parse(at) + LEASE).toISOString();
	const go = (next: OrderState): OrderState => ({ ...next, nextAttemptAt: lease, attempts: 0 });
	const rest = (next: OrderState): OrderState => ({ ...next, nextAttemptAt: null, attempts: 0 });

	switch (event.type) {
		case "reserved": {
			if (lateReservation(state.saga !== "created")) return { state };
			const { items, totals, shippingAddress, shippingRate } = event.cart;
			const lines = items.map(({ slug: _slug, image: _image, ...line }) => line);
			return { state: go({ ...state, saga: "reserved", items: lines, totals, shippingAddress, shippingRate }) };
		}
		case "refused": {
			if (state.saga !== "created") return { state };
			const failing = undoing(state, event.failure);
			if (event.told) return { state: go(failing) };
			const { claimableBy: _, ...untold } = failing;
			return { state: go({ ...untold, userId: null, email: "", forgetAt: new Date(Date.parse(at) + REMEMBERED) }) };
		}
		case "payment":
			return onPayment(state, event.payment, at, go, rest, options);
		case "committed":
			return state.saga === "authorized" ? { state: go({ ...state, saga: "committed", sold: true }) } : { state };
		case "commit_refused":
			if (state.saga !== "authorized") return { state };
			return {
				state: go(undoing(state, { code: "out_of_stock", detail: "Not enough stock", data: { lines: event.lines } })),
			};
		case "capture_refused": {
			if (state.saga !== "committed") return { state };
			const failure: Failure = { code: "payment_declined", detail: event.detail, data: {} };
			return { state: go(undoing(state, failure)) };
		}
		case "expired":
			if (state.saga !== "awaiting_buyer") return { state };
			return {
				state: go(undoing(state, { code: "expired", detail: "The payment was not completed in time", data: {} })),
			};
		case "undone":
			return lateUndoing(state.saga !== "undoing") ? { state } : undone(state, at, rest);
		case "cancel_requested":
			if (isCancellable(state)) return { state: go({ ...state, saga: "cancelling" }) };
			if (state.saga !== "awaiting_buyer") return { state };
			return { state: go(undoing(state, { code: "cancelled", detail: "The order was cancelled", data: {} })) };
		case "cancelled": {
			if (lateCancelling(state.saga !== "cancelling")) return { state };
			const next = told(
				{ ...state, saga: "cancelled", status: "cancelled" },
				"order.cancelled",
				"The order was cancelled; the money goes back",
				at,
			);
			return {
				state: rest(withPaymentStatus(next, "refunded")),
				facts: [fact(orderCancelled, { orderId: state.id, cartId: state.cartId })],
			};
		}
		case "cancel_refused":
			return state.saga === "cancelling" ? { state: rest({ ...state, saga: "confirmed" }) } : { state };
		case "refund_requested":
			if (state.refunds.some(({ id }) => id === event.refund.id)) return { state };
			return { state: go({ ...state, refunds: [...state.refunds, { ...event.refund, at, done: false }] }) };
		case "refunded":
			return onRefund(state, event.refundId, event.payment, at, rest);
		case "tried":
			if (idle(commandFor(state, at) === null)) return { state };
			return { state: { ...state, nextAttemptAt: event.nextAttemptAt, attempts: state.attempts + 1 } };
	}
}

/** A refund goes first: the rest that a cancellation sends back is known after it. */
const isCancellable = ({ saga, status, refunds }: OrderState): boolean =>
	saga === "confirmed" && transitions[status].includes("cancelled") && refunds.every(({ done }) => done);

function undoing(state: OrderState, failure: Failure): OrderState {
	return { ...state, saga: "undoing", failure };
}

function withPaymentStatus(state: OrderState, status: PaymentState["status"]): OrderState {
	return { ...state, payment: { ...state.payment, status, nextAction: null } };
}

function onPayment(
	state: OrderState,
	payment: PaymentState,
	at: string,
	go: (next: OrderState) => OrderState,
	rest: (next: OrderState) => OrderState,
	options: { fulfil: boolean },
): Reduction {
	const waitsForPayment = state.saga === "reserved" || state.saga === "awaiting_buyer";
	const paid = { ...state, payment: { ...state.payment, status: payment.status, nextAction: payment.nextAction } };
	if (waitsForPayment && payment.status === "failed") {
		const { code, message } = payment.failure ?? { code: "declined", message: "The payment was declined" };
		return {
			state: go(
				undoing(paid, {
					code: "payment_declined",
					detail: message,
					data: { reason: code, provider: payment.provider },
				}),
			),
		};
	}
	if (waitsForPayment && payment.status === "voided") {
		return { state: go(undoing(paid, { code: "expired", detail: "The payment was given up", data: {} })) };
	}
	if (waitsForPayment && payment.status === "requires_action") {
		if (state.saga === "awaiting_buyer") return { state };
		const waiting = {
			...paid,
			saga: "awaiting_buyer" as const,
			status: "requires_action" as const,
			nextAttemptAt: state.expiresAt,
			attempts: 0,
		};
		return { state: told(waiting, "payment.requires_action", "The payment waits for the buyer's approval", at) };
	}
	if (waitsForPayment && payment.status === "authorized") return { state: go({ ...paid, saga: "authorized" }) };
	if (!unpaid(state.saga !== "committed" || payment.status !== "captured")) {
		let next: OrderState = { ...paid, saga: "confirmed", status: "confirmed" };
		next = told(next, "payment.captured", "The payment was received", at);
		next = told(next, "order.confirmed", "The order is confirmed", at);
		const open = options.fulfil ? unfulfilled(next) : [];
		if (open.length > 0) next = { ...next, fulfilments: [{ id: `ful_${state.id.slice(4)}`, items: open }] };
		return {
			state: rest(next),
			facts: [fact(orderConfirmed, { orderId: state.id, cartId: state.cartId, userId: state.userId })],
		};
	}
	return { state };
}

function undone(state: OrderState, at: string, rest: (next: OrderState) => OrderState): Reduction {
	const wanted = state.failure?.code === "cancelled";
	const status = wanted ? "cancelled" : "payment_failed";
	const paymentStatus = state.payment.status === "failed" ? "failed" : "voided";
	const next = told(
		withPaymentStatus({ ...state, saga: wanted ? "cancelled" : "failed", status }, paymentStatus),
		wanted ? "order.cancelled" : "order.payment_failed",
		state.failure?.detail ?? "The payment failed",
		at,
	);
	if (state.forgetAt) return { state: rest(next) };
	const { id: orderId, cartId } = state;
	return { state: rest(next), facts: [fact(wanted ? orderCancelled : orderFailed, { orderId, cartId })] };
}

function onRefund(
	state: OrderState,
	refundId: string,
	payment: PaymentState,
	at: string,
	rest: (next: OrderState) => OrderState,
): Reduction {
	const refund = state.refunds.find(({ id }) => id === refundId);
	if (!refund || refund.done) return { state };
	const refunds = state.refunds.map((one) => (one.id === refundId ? { ...one, done: true } : one));
	const status = payment.refunded.amount >= payment.captured.amount ? "refunded" : "partially_refunded";
	const next = told(
		withPaymentStatus({ ...state, refunds, status }, payment.status),
		"order.refunded",
		`${refund.reason}`,
		at,
	);
	return {
		state: rest(next),
		facts: [fact(orderRefunded, { orderId: state.id, refundId, amount: refund.amount.amount })],
	};
}
