import Type, { type Static } from "typebox";
import { Address, closed, Email, Id, Line, list, Money, nullable, page, Quantity, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";
import { NextAction, PaymentStatus, Provider } from "./payment.ts";
import { Rate, Shipment } from "./shipping.ts";

export const OrderStatus = Type.Enum([
	"pending",
	"requires_action",
	"confirmed",
	"partially_shipped",
	"shipped",
	"delivered",
	"cancelled",
	"payment_failed",
	"returned",
	"partially_refunded",
	"refunded",
]);
export type OrderStatus = Static<typeof OrderStatus>;

export const TimelineEntry = closed({ id: Type.Integer(), at: Timestamp, type: Type.String(), message: Type.String() });
export type TimelineEntry = Static<typeof TimelineEntry>;

export const OrderItem = closed({
	id: Id,
	variantId: Id,
	productId: Id,
	sku: Type.String(),
	title: Type.String(),
	quantity: Type.Integer(),
	unitPrice: Money,
	total: Money,
});

export const Totals = closed({ subtotal: Money, discount: Money, shipping: Money, tax: Money, total: Money });
export type Totals = Static<typeof Totals>;

export const Order = closed({
	id: Id,
	number: Type.String(),
	status: OrderStatus,
	email: Email,
	items: Type.Array(OrderItem),
	totals: Totals,
	shippingAddress: nullable(Address),
	shippingRate: nullable(Rate),
	payment: closed({ id: Id, provider: Provider, status: PaymentStatus, nextAction: nullable(NextAction) }),
	shipments: Type.Array(Type.Omit(Shipment, ["orderId", "version"], { additionalProperties: false })),
	timeline: Type.Array(TimelineEntry),
	refunds: Type.Array(closed({ id: Id, amount: Money, reason: Type.String(), at: Timestamp })),
	version: Type.Integer(),
	createdAt: Timestamp,
});
export type Order = Static<typeof Order>;

const one = (verb: string, access: "anyone" | "customer" = "anyone") => ({
	method: "POST" as const,
	path: `/v1/orders/:id/${verb}`,
	access,
});
const byId = closed({ id: Id });
/** Ids and tokens cannot be guessed; whoever tries to is slowed down. */
const looked = { requests: 120, seconds: 60 };

export const placeOrder = contract({
	name: "order.place",
	summary: "Orders a cart: reserves stock, authorizes and captures the payment",
	kind: "write",
	// By its Idempotency-Key, which is required: the same request finds its order, also on another node.
	idempotent: true,
	timeout: 12_000,
	params: closed({
		cartId: Id,
		email: Email,
		payment: closed({
			provider: Provider,
			paymentMethod: Type.Optional(Line(255)),
			returnUrl: Type.Optional(Type.String({ maxLength: 2000, pattern: "^https?://[^\\s]+$" })),
		}),
	}),
	result: closed({ order: Order, orderToken: Type.String() }),
	errors: [
		"not_found",
		"cart_not_open",
		"cart_incomplete",
		"payment_declined",
		"out_of_stock",
		"price_changed",
		"promotion_exhausted",
		"unavailable",
	],
	route: {
		method: "POST",
		path: "/v1/orders",
		access: "anyone",
		status: 201,
		otherwise: { status: 202, when: (result: { order: { status: string } }) => result.order.status === "pending" },
		idempotency: "required",
	},
});

export const getOrder = contract({
	name: "order.get",
	summary: "One order, for its owner or by its token",
	kind: "read",
	params: byId,
	result: Order,
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/orders/:id", access: "anyone", etag: true, limit: looked },
});

export const lookUpOrder = contract({
	name: "order.lookUp",
	summary:
		"A guest's order by its number and the mail address that it was made with; a pair that is none looks like no order",
	kind: "read",
	params: closed({ number: Type.String({ pattern: "^[0-9]{1,16}$" }), email: Email }),
	result: Order,
	errors: ["not_found"],
	// Numbers can be guessed, and so can addresses.
	route: { method: "POST", path: "/v1/orders/lookup", access: "anyone", limit: { requests: 10, seconds: 60 } },
});

export const resumeOrder = contract({
	name: "order.resume",
	summary: "Goes on after 3-D Secure or a PayPal approval, with the same order",
	kind: "write",
	idempotent: true,
	timeout: 12_000,
	params: byId,
	result: Order,
	errors: ["not_found", "payment_declined", "out_of_stock", "unavailable"],
	route: {
		...one("resume"),
		otherwise: { status: 202, when: (result: { status: string }) => result.status === "pending" },
	},
});

export const cancelOrder = contract({
	name: "order.cancel",
	summary: "Cancels: money voided or refunded, stock back",
	kind: "write",
	idempotent: true,
	timeout: 12_000,
	params: byId,
	result: Order,
	errors: ["not_found", "transition_not_allowed", "unavailable"],
	route: one("cancel"),
});

export const orderTimeline = contract({
	name: "order.timeline",
	summary: "What happened to an order after an entry; as an event stream it goes on until the order is final",
	kind: "read",
	params: closed({ id: Id, after: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999_999 })) }),
	result: closed({ events: Type.Array(TimelineEntry), done: Type.Boolean() }),
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/orders/:id/events", access: "anyone", produces: "text/event-stream" },
});

export const myOrders = contract({
	name: "order.mine",
	summary: "The signed-in person's orders, the youngest first",
	kind: "read",
	params: closed(page),
	result: list(Order),
	errors: [],
	route: { method: "GET", path: "/v1/me/orders", access: "customer" },
});

/** Where a person's events stand: opaque, and rising as text does. */
const Position = Type.String({ pattern: "^[0-9a-z]{8}$" });

export const OrderEvent = closed({
	id: Position,
	orderId: Id,
	number: Type.String(),
	at: Timestamp,
	type: Type.String(),
	message: Type.String(),
});
export type OrderEvent = Static<typeof OrderEvent>;

export const myOrderEvents = contract({
	name: "order.events",
	summary: "What happened to the signed-in person's orders after an event, in one row; as an event stream it goes on",
	kind: "write",
	idempotent: true,
	params: closed({ after: Type.Optional(Position) }),
	result: closed({
		events: Type.Array(OrderEvent),
		/** Of the last event here or, where there is none, of the last that was asked for. */
		position: Position,
		/** Whether events after the one asked for are no longer kept. */
		missed: Type.Boolean(),
	}),
	errors: ["conflict"],
	route: { method: "GET", path: "/v1/me/events", access: "customer", produces: "text/event-stream" },
});

export const claimOrder = contract({
	name: "order.claim",
	summary: "A guest's order, proven by its Order-Token, becomes the signed-in person's",
	kind: "write",
	idempotent: true,
	params: byId,
	result: Order,
	errors: ["not_found", "transition_not_allowed"],
	route: one("claim", "customer"),
});

export const adminOrders = contract({
	name: "order.list",
	summary: "All orders, the youngest first",
	kind: "read",
	callers: ["operator"],
	params: closed({ status: Type.Optional(OrderStatus), ...page }),
	result: list(Order),
	errors: [],
	route: { method: "GET", path: "/v1/admin/orders", access: "orders:read" },
});

export const refundOrder = contract({
	name: "order.refund",
	summary: "Sends money back",
	kind: "write",
	timeout: 12_000,
	params: closed({ id: Id, amount: Money, reason: Line(500) }),
	result: Order,
	errors: ["not_found", "refund_exceeds_payment", "transition_not_allowed", "currency_not_supported", "unavailable"],
	route: {
		method: "POST",
		path: "/v1/admin/orders/:id/refunds",
		access: "refunds:write",
		status: 201,
		idempotency: "required",
	},
	audited: ["amount"],
});

export const fulfilOrder = contract({
	name: "order.fulfil",
	summary: "Sends some of an order's items as a parcel of their own",
	kind: "write",
	timeout: 12_000,
	params: closed({
		id: Id,
		items: Type.Optional(Type.Array(closed({ itemId: Id, quantity: Quantity }), { minItems: 1, maxItems: 500 })),
	}),
	result: Order,
	errors: ["not_found", "transition_not_allowed", "quantity_exceeded"],
	route: { method: "POST", path: "/v1/admin/orders/:id/fulfilments", access: "orders:write", status: 201 },
	audited: ["items"],
});

export const sagaState = contract({
	name: "order.saga",
	summary: "Where an order's checkout stands, step by step, for operators",
	kind: "read",
	callers: ["operator"],
	params: byId,
	result: closed({
		order: Order,
		state: Type.String(),
		steps: Type.Array(closed({ step: Type.String(), at: nullable(Timestamp), detail: Type.String() })),
		attempts: Type.Integer(),
		nextAttemptAt: nullable(Timestamp),
		leaseUntil: nullable(Timestamp),
	}),
	errors: ["not_found"],
});

export const FindingKind = Type.Enum([
	"payment_unrecorded",
	"payment_behind",
	"order_unpaid",
	"order_stranded",
	"refund_unknown",
	"money_without_order",
	"stock_not_sold",
	"stock_held",
	"stock_sold",
]);
export type FindingKind = Static<typeof FindingKind>;

export const Finding = closed({
	kind: FindingKind,
	orderId: nullable(Id),
	paymentId: nullable(Id),
	detail: Type.String(),
	/** Null where nothing was tried. */
	repaired: nullable(Type.Boolean()),
	/** Why the repair did not work. */
	error: nullable(Type.String()),
});
export type Finding = Static<typeof Finding>;

export const reconcileOrders = contract({
	name: "order.reconcile",
	summary:
		"Holds orders, payments, the providers and stock of the last hours against each other; with `repair` completes, voids, refunds and gives back, otherwise only tells",
	kind: "write",
	callers: ["operator"],
	idempotent: true,
	timeout: 300_000,
	params: closed({
		repair: Type.Boolean(),
		hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 * 90, default: 24 })),
		/** What is younger is left to those who work on it; 60 unless told. */
		graceSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600 })),
	}),
	result: closed({
		findings: Type.Array(Finding),
		looked: closed({
			orders: Type.Integer(),
			payments: Type.Integer(),
			provider: Type.Integer(),
			references: Type.Integer(),
		}),
		/** What could not be looked at, and why. */
		blind: Type.Array(Type.String()),
	}),
	errors: ["unavailable"],
});
