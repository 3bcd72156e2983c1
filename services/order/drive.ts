import { type Caller, call } from "../../runtime/action.ts";
import { setting } from "../../runtime/config.ts";
import { codeOf, isTransient } from "../../runtime/errors.ts";
import { hashOf, newId } from "../../runtime/ids.ts";
import { log } from "../../runtime/log.ts";
import { beginCheckout, reopenCart } from "../../schemas/cart.ts";
import type { Money } from "../../schemas/common.ts";
import {
	authorizePayment,
	capturePayment,
	type PaymentState,
	refundPayment,
	resumePayment,
	voidPayment,
} from "../../schemas/payment.ts";
import { commitStock, releaseStock, reserveStock, restock } from "../../schemas/product.ts";
import { cancelShipments } from "../../schemas/shipping.ts";
import type { Failure, OrderState } from "./domain.ts";
import { orders } from "./model.ts";
import { type Command, commandFor, LEASE, reduce, type SagaEvent } from "./saga.ts";
import { tokenHashOf } from "./token.ts";

/** An order whose cart holds it belongs to another order already. */
export class HeldByAnotherOrder extends Error {
	readonly orderId: string;
	constructor(orderId: string) {
		super(`the cart is held by ${orderId}`);
		this.orderId = orderId;
	}
}

/** Applies what happened; the state that comes of it. */
export function apply(id: string, event: SagaEvent): Promise<OrderState> {
	const at = new Date().toISOString();
	return orders.change(id, (state) => reduce(state, event, at, { fulfil: setting("FULFILMENT") === "auto" }));
}

/**
 * Does what an order needs, step after step, until it waits for its buyer or is done. Two nodes may drive the same order:
 * every step may be done again, and what comes late changes nothing.
 */
export async function drive(from: Caller, start: OrderState): Promise<OrderState> {
	let state = start;
	for (let step = 0; step < 20; step++) {
		const command = commandFor(state, new Date().toISOString());
		if (!command) return state;
		let event: SagaEvent;
		try {
			event = await execute(from, command, state);
		} catch (error) {
			if (command !== "reserve") {
				if (!isTransient(error)) throw error;
				return postpone(state, error);
			}
			const ahead = await unreserved(from, state, error as Error);
			if (!ahead) throw error;
			state = ahead;
			continue;
		}
		state = await apply(state.id, event);
	}
	return state;
}

/** The next try, later and later up to three seconds: an order is never given up, and ends soon after its provider is back. */
async function postpone(state: OrderState, error: unknown): Promise<OrderState> {
	const wait = Math.min(3_000, 500 * 2 ** Math.min(state.attempts, 6)) * (0.8 + Math.random() * 0.4);
	log().warn(
		`order ${state.number} tries ${state.saga} again in ${Math.round(wait / 100) / 10} s: ${(error as Error).message}`,
	);
	return apply(state.id, { type: "tried", nextAttemptAt: new Date(Date.now() + wait).toISOString() });
}

const linesOf = (state: OrderState) => state.items.map(({ sku, quantity }) => ({ sku, quantity }));

async function execute(from: Caller, command: Command, state: OrderState): Promise<SagaEvent> {
	const { id, payment } = state;
	switch (command) {
		case "reserve":
			return reserve(from, state);
		case "authorize": {
			const { number: orderNumber, userId, totals } = state;
			const { provider, method: paymentMethod, returnUrl } = payment;
			const amount = totals!.total;
			const tokenHash = tokenHashOf(id);
			return {
				type: "payment",
				payment: await call(from, authorizePayment, {
					id: payment.id,
					orderId: id,
					orderNumber,
					userId,
					tokenHash,
					provider,
					amount,
					paymentMethod,
					returnUrl,
				}),
			};
		}
		case "resume":
			return { type: "payment", payment: await call(from, resumePayment, { id: payment.id }) };
		case "commit":
			try {
				await call(from, commitStock, { reference: id, lines: linesOf(state) });
				return { type: "committed" };
			} catch (error) {
				if (codeOf(error) !== "out_of_stock") throw error;
				return { type: "commit_refused", lines: (error as { data?: { lines?: unknown } }).data?.lines };
			}
		case "capture":
			try {
				return { type: "payment", payment: await call(from, capturePayment, { id: payment.id }) };
			} catch (error) {
				if (isTransient(error)) throw error;
				log().warn(`order ${state.number} cannot be captured: ${(error as Error).message}`);
				return { type: "capture_refused", detail: "The payment was authorized, but could not be taken" };
			}
		case "undo":
			if (state.saga === "awaiting_buyer") return { type: "expired" };
			// One that never had its stock has no lines, and no payment either.
			if (state.items.length > 0) {
				await giveBack(from, state, await call(from, voidPayment, { id: payment.id }));
				await call(from, state.sold ? restock : releaseStock, { reference: id, lines: linesOf(state) });
			}
			// A stranger leaves no trace on the cart.
			if (state.failure?.code !== "not_found") await call(from, reopenCart, { cartId: state.cartId, orderId: id });
			return { type: "undone" };
		case "cancel": {
			const { cancelled } = await call(from, cancelShipments, { orderId: id });
			if (!cancelled) return { type: "cancel_refused" };
			await refundRest(from, state, unrefunded(state));
			await call(from, restock, { reference: id, lines: linesOf(state) });
			return { type: "cancelled" };
		}
		case "refund": {
			const refund = state.refunds.find(({ done }) => !done)!;
			const { id: refundId, amount, reason } = refund;
			return {
				type: "refunded",
				refundId,
				payment: await call(from, refundPayment, { id: payment.id, refundId, amount, reason }),
			};
		}
	}
}

const refundIdOf = (orderId: string) => `ref_${orderId.slice(4)}`;

/** What was taken although it was to be voided goes back. */
async function giveBack(from: Caller, state: OrderState, { captured, refunded }: PaymentState): Promise<void> {
	await refundRest(from, state, { amount: captured.amount - refunded.amount, currency: captured.currency });
}

async function refundRest(from: Caller, { id, payment }: OrderState, amount: Money): Promise<void> {
	if (amount.amount <= 0) return;
	const reason = "The order was cancelled";
	await call(from, refundPayment, { id: payment.id, refundId: refundIdOf(id), amount, reason });
}

function unrefunded({ totals, refunds }: OrderState) {
	const total = totals!.total;
	const returned = refunds.filter(({ done }) => done).reduce((sum, { amount }) => sum + amount.amount, 0);
	return { amount: total.amount - returned, currency: total.currency };
}

/** Freezes the cart and holds its stock. */
async function reserve(from: Caller, state: OrderState): Promise<SagaEvent> {
	const { id, cartId, userId, cartTokenHash: tokenHash = null } = state;
	const { orderId, cart } = await call(from, beginCheckout, { cartId, orderId: id, userId, tokenHash });
	if (!cart || orderId !== id) throw new HeldByAnotherOrder(orderId);
	const lines = cart.items.map(({ sku, quantity }) => ({ sku, quantity }));
	await call(from, reserveStock, { reference: id, lines, expiresAt: state.expiresAt });
	return { type: "reserved", cart };
}

/** Milliseconds within which nobody was told of an order yet: its buyer still waits for the first answer. */
const UNTOLD = 5_000;

/**
 * An order whose cart or stock could not be had has failed. It stays, as its own request may be under way elsewhere, or
 * arrive late: there is one outcome for all.
 * @returns the order as it is to go on, or as another driver has left it; null when `error` is its end
 */
async function unreserved(from: Caller, state: OrderState, error: Error): Promise<OrderState | null> {
	const { id, rev, createdAt } = state;
	const failure = refusalOf(error);
	if (!failure) {
		const stored = await orders.find(id);
		return stored && stored.rev !== rev ? stored : null;
	}
	const told = Date.now() - Date.parse(createdAt) >= UNTOLD;
	const next = await apply(id, { type: "refused", failure, told });
	const end = next.saga === "undoing" ? await drive(from, next) : next;
	return end.failure?.code === failure.code ? null : end;
}

/** Why an order cannot be had; null for what another attempt may change. */
function refusalOf(error: Error): Failure | null {
	const { message: detail } = error;
	if (error instanceof HeldByAnotherOrder) return { code: "cart_not_open", detail, data: { heldBy: error.orderId } };
	const code = codeOf(error);
	if (!code || isTransient(error)) return null;
	const lines = (error as { data?: { lines?: unknown } }).data?.lines;
	return { code, detail, data: lines ? { lines } : {} };
}

/** How long stock is held for a buyer who has yet to approve the payment. */
const HOLD = 10 * 60_000;

/** A fresh order of a cart, before anything happened. */
export function opened(input: {
	number: string;
	cartId: string;
	cartTokenHash: string | null;
	userId: string | null;
	email: string;
	requestKey: string | undefined;
	payment: { provider: "stripe" | "paypal"; paymentMethod?: string; returnUrl?: string };
}): Omit<OrderState, "rev"> {
	const now = Date.now();
	const at = new Date(now).toISOString();
	const { provider, paymentMethod, returnUrl } = input.payment;
	return {
		id: newId("ord"),
		number: input.number,
		status: "pending",
		cartId: input.cartId,
		cartTokenHash: input.cartTokenHash,
		userId: input.userId,
		email: input.email,
		...(input.userId === null ? { claimableBy: hashOf(input.email.toLowerCase()) } : {}),
		...(input.requestKey ? { requestKey: input.requestKey } : {}),
		items: [],
		totals: null,
		shippingAddress: null,
		shippingRate: null,
		payment: {
			id: newId("pay"),
			provider,
			status: "pending",
			method: paymentMethod ?? null,
			returnUrl: returnUrl ?? null,
			nextAction: null,
		},
		shipments: [],
		fulfilments: [],
		refunds: [],
		timeline: [{ id: 1, at, type: "order.placed", message: "The order was placed" }],
		saga: "created",
		failure: null,
		expiresAt: new Date(now + HOLD).toISOString(),
		nextAttemptAt: new Date(now + LEASE).toISOString(),
		attempts: 0,
		createdAt: at,
	};
}
