import type { Fact } from "../../runtime/store/aggregate.ts";
import { fact } from "../../runtime/store/aggregate.ts";
import type { Address, Money } from "../../schemas/common.ts";
import type { ErrorCode } from "../../schemas/errors.ts";
import { orderDelivered } from "../../schemas/events.ts";
import type { OrderStatus, TimelineEntry, Totals } from "../../schemas/order.ts";
import type { PaymentStatus, Provider } from "../../schemas/payment.ts";
import type { Rate, Shipment } from "../../schemas/shipping.ts";
import type { SagaState } from "./saga.ts";

export interface OrderLine {
	id: string;
	variantId: string;
	productId: string;
	sku: string;
	title: string;
	quantity: number;
	unitPrice: Money;
	total: Money;
	grams: number;
	requiresShipping: boolean;
}

export interface Failure {
	code: ErrorCode | "expired" | "cancelled";
	detail: string;
	data: Record<string, unknown>;
}

export interface Fulfilment {
	id: string;
	items: { itemId: string; quantity: number }[];
}

export interface Refund {
	id: string;
	amount: Money;
	reason: string;
	at: string;
	done: boolean;
}

export interface OrderState {
	id: string;
	rev: number;
	number: string;
	status: OrderStatus;
	cartId: string;
	/** SHA-256 of the token that its buyer showed for the cart, in hex. */
	cartTokenHash?: string | null;
	userId: string | null;
	email: string;
	/** Of a guest's order, SHA-256 of its address in lower case: whoever proves the address may have it. */
	claimableBy?: string;
	/** The caller's Idempotency-Key; unique, so that a request run again finds its order. */
	requestKey?: string;
	items: OrderLine[];
	totals: Totals | null;
	shippingAddress: Address | null;
	shippingRate: Rate | null;
	payment: {
		id: string;
		provider: Provider;
		status: PaymentStatus;
		method: string | null;
		returnUrl: string | null;
		nextAction: { type: "redirect"; url: string } | null;
	};
	shipments: (Shipment & { version: number })[];
	fulfilments: Fulfilment[];
	refunds: Refund[];
	timeline: TimelineEntry[];
	saga: SagaState;
	/** Its stock is sold: undone, it goes back on the shelf. */
	sold?: boolean;
	failure: Failure | null;
	/** Until when stock is held for a buyer who has not paid. */
	expiresAt: string;
	/** When a scan takes the order up; null when nothing is left to do. */
	nextAttemptAt: string | null;
	attempts: number;
	createdAt: string;
	/** Of an order that nobody was told of: it stays for a while, so that what comes late finds it. */
	forgetAt?: Date;
}

/** From each status the ones that may follow. */
export const transitions: Record<OrderStatus, readonly OrderStatus[]> = {
	pending: ["requires_action", "confirmed", "cancelled", "payment_failed"],
	requires_action: ["confirmed", "cancelled", "payment_failed"],
	confirmed: ["partially_shipped", "shipped", "delivered", "cancelled", "returned", "partially_refunded", "refunded"],
	partially_shipped: ["shipped", "delivered", "cancelled", "returned", "partially_refunded", "refunded"],
	shipped: ["delivered", "returned", "partially_refunded", "refunded"],
	delivered: ["returned", "partially_refunded", "refunded"],
	partially_refunded: ["refunded"],
	returned: ["partially_refunded", "refunded"],
	cancelled: [],
	payment_failed: [],
	refunded: [],
};

/** Nothing more will be told on the timeline of such an order. */
export const isFinal = ({ status, shipments }: OrderState) =>
	["cancelled", "payment_failed", "refunded", "returned"].includes(status) ||
	(shipments.length > 0 && shipments.every((shipment) => ENDED.has(shipment.status)) && status !== "partially_shipped");

const ENDED: ReadonlySet<string> = new Set(["delivered", "returned", "failed", "cancelled"]);

export function told(state: OrderState, type: string, message: string, at: string): OrderState {
	return { ...state, timeline: [...state.timeline, { id: state.timeline.length + 1, at, type, message }] };
}

/** What is left of each line that no parcel holds. */
export function unfulfilled(state: OrderState): { itemId: string; quantity: number }[] {
	const left = new Map(state.items.filter((item) => item.requiresShipping).map((item) => [item.id, item.quantity]));
	for (const { items } of state.fulfilments) {
		for (const { itemId, quantity } of items) left.set(itemId, (left.get(itemId) ?? 0) - quantity);
	}
	return [...left].filter(([, quantity]) => quantity > 0).map(([itemId, quantity]) => ({ itemId, quantity }));
}

const MOVING: ReadonlySet<string> = new Set(["in_transit", "out_for_delivery", "delivered"]);
const STEPS: Partial<Record<OrderStatus, number>> = { confirmed: 0, partially_shipped: 1, shipped: 2, delivered: 3 };

const WORDS: Record<string, string> = {
	pending: "A parcel is being packed",
	label_created: "The parcel is ready for the carrier",
	in_transit: "The parcel is on its way",
	out_for_delivery: "The parcel is out for delivery",
	delivered: "The parcel was delivered",
	returned: "The parcel is on its way back",
	failed: "The carrier could not deliver the parcel",
	cancelled: "The parcel was cancelled",
};

/** Takes over what shipping tells of a parcel; an older word than the one known changes nothing. */
export function withShipment(state: OrderState, shipment: Shipment, at: string): { state: OrderState; facts: Fact[] } {
	const known = state.shipments.find(({ id }) => id === shipment.id);
	if (known && known.version >= shipment.version) return { state, facts: [] };
	let next: OrderState = {
		...state,
		shipments: known
			? state.shipments.map((one) => (one.id === shipment.id ? shipment : one))
			: [...state.shipments, shipment],
	};
	if (known?.status !== shipment.status) {
		next = told(next, `shipment.${shipment.status}`, WORDS[shipment.status] ?? `The parcel is ${shipment.status}`, at);
	}
	const status = shippingStatus(next);
	const before = STEPS[state.status];
	const after = STEPS[status];
	const moves = before !== undefined && after !== undefined && after > before;
	if (moves) next = { ...next, status };
	const arrived = status === "delivered" && shippingStatus(state) !== "delivered";
	if (!arrived) return { state: next, facts: [] };
	const productIds = [...new Set(state.items.map((item) => item.productId))];
	return {
		state: told(next, "order.delivered", "Everything arrived", at),
		facts: [fact(orderDelivered, { orderId: state.id, userId: state.userId, productIds })],
	};
}

/** How far the goods are, whatever happened to the money. */
function shippingStatus(state: OrderState): OrderStatus {
	const live = state.shipments.filter(({ status }) => status !== "cancelled");
	const everything = unfulfilled(state).length === 0 && live.length >= state.fulfilments.length && live.length > 0;
	if (everything && live.every(({ status }) => status === "delivered")) return "delivered";
	if (everything && live.every(({ status }) => MOVING.has(status))) return "shipped";
	if (live.some(({ status }) => MOVING.has(status))) return "partially_shipped";
	return "confirmed";
}
