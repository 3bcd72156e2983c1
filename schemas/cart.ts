import Type, { type Static } from "typebox";
import { Address, Currency, closed, Id, Line, Money, nullable, Quantity, Sku } from "./common.ts";
import { contract } from "./contract.ts";
import { Rate } from "./shipping.ts";

export const CartItem = closed({
	id: Id,
	variantId: Id,
	sku: Type.String(),
	productId: Id,
	slug: Type.String(),
	title: Type.String(),
	image: nullable(Type.String()),
	quantity: Type.Integer(),
	unitPrice: Money,
	total: Money,
});

export const CartMessage = closed({
	code: Type.Enum([
		"price_changed",
		"out_of_stock",
		"quantity_reduced",
		"no_longer_sold",
		"shipping_rate_expired",
		"promotion_not_applicable",
	]),
	message: Type.String(),
	itemId: Type.Optional(Id),
});

export const Cart = closed({
	id: Id,
	status: Type.Enum(["open", "ordering", "ordered", "merged"]),
	currency: Currency,
	items: Type.Array(CartItem),
	promotions: Type.Array(closed({ code: Type.String(), title: Type.String(), discount: Money })),
	shippingAddress: nullable(Address),
	shippingRate: nullable(Rate),
	subtotal: Money,
	discount: Money,
	shipping: Money,
	tax: Money,
	total: Money,
	messages: Type.Array(CartMessage),
	version: Type.Integer(),
});
export type Cart = Static<typeof Cart>;

const withId = { id: Id };
const base = "/v1/carts/:id";

export const createCart = contract({
	name: "cart.create",
	summary: "Opens a cart; the token is shown once and reaches it without an account",
	kind: "write",
	params: closed({ currency: Type.Optional(Currency) }),
	result: closed({ cart: Cart, cartToken: Type.String() }),
	errors: ["currency_not_supported"],
	route: { method: "POST", path: "/v1/carts", access: "anyone", status: 201 },
});

export const getCart = contract({
	name: "cart.get",
	summary: "The cart at today's prices; `messages` says what changed",
	kind: "read",
	params: closed(withId),
	result: Cart,
	errors: ["not_found"],
	route: { method: "GET", path: base, access: "anyone", etag: true },
});

export const addItem = contract({
	name: "cart.addItem",
	summary: "Adds a variant; the same variant again adds up",
	kind: "write",
	params: Type.Union([
		closed({ ...withId, variantId: Id, quantity: Quantity }),
		closed({ ...withId, sku: Sku, quantity: Quantity }),
	]),
	result: Cart,
	errors: [
		"not_found",
		"variant_unknown",
		"out_of_stock",
		"quantity_exceeded",
		"cart_not_open",
		"currency_not_supported",
	],
	route: { method: "POST", path: `${base}/items`, access: "anyone", etag: true },
});

export const updateItem = contract({
	name: "cart.updateItem",
	summary: "Sets a line's quantity",
	kind: "write",
	idempotent: true,
	params: closed({ ...withId, itemId: Id, quantity: Quantity }),
	result: Cart,
	errors: ["not_found", "out_of_stock", "quantity_exceeded", "cart_not_open", "precondition_failed"],
	route: { method: "PATCH", path: `${base}/items/:itemId`, access: "anyone", etag: true, ifMatch: true },
});

export const removeItem = contract({
	name: "cart.removeItem",
	summary: "Takes a line out",
	kind: "write",
	params: closed({ ...withId, itemId: Id }),
	result: Cart,
	errors: ["not_found", "cart_not_open", "precondition_failed"],
	route: { method: "DELETE", path: `${base}/items/:itemId`, access: "anyone", etag: true, ifMatch: true },
});

export const addPromotion = contract({
	name: "cart.addPromotion",
	summary: "Applies a promotion code",
	kind: "write",
	idempotent: true,
	params: closed({ ...withId, code: Line(64) }),
	result: Cart,
	errors: [
		"not_found",
		"cart_not_open",
		"promotion_unknown",
		"promotion_expired",
		"promotion_not_started",
		"promotion_exhausted",
		"promotion_minimum_not_reached",
		"quantity_exceeded",
	],
	route: {
		method: "POST",
		path: `${base}/promotions`,
		access: "anyone",
		etag: true,
		limit: { requests: 30, seconds: 60 },
	},
});

export const removePromotion = contract({
	name: "cart.removePromotion",
	summary: "Takes a promotion code off",
	kind: "write",
	params: closed({ ...withId, code: Line(64) }),
	result: Cart,
	errors: ["not_found", "cart_not_open", "precondition_failed"],
	route: { method: "DELETE", path: `${base}/promotions/:code`, access: "anyone", etag: true, ifMatch: true },
});

export const setShippingAddress = contract({
	name: "cart.setShippingAddress",
	summary: "Sets where the goods go; a rate chosen before is dropped",
	kind: "write",
	idempotent: true,
	params: closed({ ...withId, ...Address.properties }),
	result: Cart,
	errors: ["not_found", "cart_not_open", "precondition_failed", "address_invalid"],
	route: { method: "PUT", path: `${base}/shipping-address`, access: "anyone", etag: true, ifMatch: true },
});

export const cartShippingRates = contract({
	name: "cart.shippingRates",
	summary: "What the carriers offer for this cart and address",
	kind: "read",
	timeout: 8_000,
	params: closed(withId),
	result: closed({ data: Type.Array(Rate) }),
	errors: ["not_found", "cart_incomplete", "address_invalid"],
	route: { method: "GET", path: `${base}/shipping-rates`, access: "anyone" },
});

export const setShippingRate = contract({
	name: "cart.setShippingRate",
	summary: "Chooses one of the offered rates",
	kind: "write",
	idempotent: true,
	params: closed({ ...withId, rateId: Id }),
	result: Cart,
	errors: ["not_found", "cart_not_open", "cart_incomplete", "shipping_rate_unknown", "precondition_failed"],
	route: { method: "PUT", path: `${base}/shipping-rate`, access: "anyone", etag: true, ifMatch: true },
});

export const claimCart = contract({
	name: "cart.claim",
	summary: "The guest's cart becomes the signed-in person's; merged with their open cart",
	kind: "write",
	params: closed(withId),
	result: Cart,
	errors: ["not_found", "cart_not_open"],
	route: { method: "POST", path: `${base}/claim`, access: "customer", etag: true },
});

/** What an order needs of a cart: frozen while the order is made. */
export const CheckoutCart = closed({
	cartId: Id,
	userId: nullable(Id),
	currency: Currency,
	items: Type.Array(
		closed({
			...CartItem.properties,
			grams: Type.Integer({ description: "Of one piece" }),
			requiresShipping: Type.Boolean(),
			/** The line's parts of the discount and of the tax; the rest of the tax is shipping's. */
			discount: Money,
			tax: Money,
		}),
	),
	promotions: Type.Array(closed({ code: Type.String(), discount: Money })),
	shippingAddress: nullable(Address),
	shippingRate: nullable(Rate),
	totals: closed({ subtotal: Money, discount: Money, shipping: Money, tax: Money, total: Money }),
});
export type CheckoutCart = Static<typeof CheckoutCart>;

export const beginCheckout = contract({
	name: "cart.beginCheckout",
	summary:
		"Freezes an open cart for one order and takes its promotion uses. For a cart that an order holds already, `orderId` names that order and `cart` is null",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	params: closed({
		cartId: Id,
		orderId: Id,
		/** Who ordered, as the order keeps it: it may be begun long after the buyer's request. */
		userId: nullable(Id),
		/** SHA-256 of the cart's token, in hex. */
		tokenHash: nullable(Type.String({ pattern: "^[0-9a-f]{64}$" })),
	}),
	result: closed({ orderId: Id, cart: nullable(CheckoutCart) }),
	errors: [
		"not_found",
		"cart_not_open",
		"cart_incomplete",
		"price_changed",
		"out_of_stock",
		"promotion_exhausted",
		"conflict",
	],
});

export const reopenCart = contract({
	name: "cart.reopen",
	summary: "Gives the cart back to the buyer after the order failed, with its promotion uses. Again: no effect",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	params: closed({ cartId: Id, orderId: Id }),
	result: closed({ reopened: Type.Boolean() }),
	errors: [],
});

export const Promotion = closed({
	id: Id,
	code: Type.String(),
	title: Type.String(),
	percentage: nullable(Type.Integer({ minimum: 1, maximum: 100 })),
	amount: nullable(Money),
	minimum: nullable(Money),
	startsAt: nullable(Type.String()),
	endsAt: nullable(Type.String()),
	usageLimit: nullable(Type.Integer()),
	used: Type.Integer(),
	version: Type.Integer(),
});

/** Money that a promotion asks for or takes off. */
const PositiveMoney = closed({ amount: Type.Integer({ minimum: 1, maximum: 9_000_000_000_000 }), currency: Currency });

const promotionInput = {
	code: Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9_-]+$" }),
	title: Type.Optional(Line(200)),
	minimum: Type.Optional(PositiveMoney),
	startsAt: Type.Optional(Type.String({ maxLength: 40, format: "date-time" })),
	endsAt: Type.Optional(Type.String({ maxLength: 40, format: "date-time" })),
	usageLimit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
};

export const createPromotion = contract({
	name: "cart.createPromotion",
	summary: "Makes a promotion code for a percentage or an amount",
	kind: "write",
	params: Type.Union([
		closed({ ...promotionInput, percentage: Type.Integer({ minimum: 1, maximum: 100 }) }),
		closed({ ...promotionInput, amount: PositiveMoney }),
	]),
	result: Promotion,
	errors: ["conflict", "currency_not_supported"],
	route: { method: "POST", path: "/v1/admin/promotions", access: "catalog:write", status: 201 },
	audited: ["code", "percentage", "amount", "minimum", "usageLimit", "startsAt", "endsAt"],
});

export const listPromotions = contract({
	name: "cart.promotions",
	summary: "The promotion codes, the youngest first",
	kind: "read",
	params: closed({
		limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
		cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
	}),
	result: closed({ data: Type.Array(Promotion), nextCursor: nullable(Type.String()) }),
	errors: [],
	route: { method: "GET", path: "/v1/admin/promotions", access: "catalog:read" },
});
export type Promotion = Static<typeof Promotion>;
