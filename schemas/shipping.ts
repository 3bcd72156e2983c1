import Type, { type Static } from "typebox";
import { Address, closed, Email, Id, Line, Money, nullable, Phone, Quantity, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";

export const Rate = closed({
	id: Id,
	carrier: Type.String(),
	service: Type.String(),
	price: Money,
	minDeliveryDate: nullable(Timestamp),
	maxDeliveryDate: nullable(Timestamp),
});
export type Rate = Static<typeof Rate>;

export const ShipmentStatus = Type.Enum([
	"pending",
	"label_created",
	"in_transit",
	"out_for_delivery",
	"delivered",
	"returned",
	"failed",
	"cancelled",
]);
export type ShipmentStatus = Static<typeof ShipmentStatus>;

export const ShipmentEvent = closed({ at: Timestamp, status: Type.String(), message: Type.String() });

export const Shipment = closed({
	id: Id,
	orderId: Id,
	status: ShipmentStatus,
	carrier: Type.String(),
	service: Type.String(),
	trackingNumber: nullable(Type.String()),
	trackingUrl: nullable(Type.String({ description: "The public tracking page of this shop" })),
	items: Type.Array(closed({ itemId: Id, quantity: Type.Integer() })),
	events: Type.Array(ShipmentEvent),
	version: Type.Integer(),
});
export type Shipment = Static<typeof Shipment>;

const Parcel = Type.Array(
	closed({
		itemId: Id,
		title: Type.String(),
		quantity: Quantity,
		grams: Type.Integer({ minimum: 0, description: "Of one piece" }),
		/** Of the whole line, for the customs; without it one unit of the shop's currency a piece is declared. */
		value: Type.Optional(Money),
	}),
	{ minItems: 1, maxItems: 500 },
);

export const shippingRates = contract({
	name: "shipping.rates",
	summary:
		"What the carriers offer for an address and a weight, cheapest first; kept for 24 hours by id. While they do not answer, the shop's own flat rate",
	kind: "read",
	callers: ["cart"],
	timeout: 6_000,
	params: closed({ address: Address, grams: Type.Integer({ minimum: 0 }), currency: Type.String() }),
	result: closed({ data: Type.Array(Rate) }),
	errors: ["address_invalid"],
});

export const shippingRate = contract({
	name: "shipping.rate",
	summary: "A rate that was offered for this address and weight; another one is unknown",
	kind: "read",
	callers: ["cart"],
	params: closed({ rateId: Id, address: Address, grams: Type.Integer({ minimum: 0 }) }),
	result: Rate,
	errors: ["shipping_rate_unknown"],
});

export const createShipment = contract({
	name: "shipping.create",
	summary: "Takes goods to be sent; the label is bought afterwards. Again with the same reference: the same shipment",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	params: closed({
		reference: Id,
		orderId: Id,
		orderNumber: Type.String(),
		userId: nullable(Id),
		/** SHA-256 of the order's token, hexadecimal: who holds the token may see the shipment. */
		tokenHash: nullable(Type.String({ pattern: "^[0-9a-f]{64}$" })),
		email: Email,
		address: Address,
		rate: Rate,
		items: Parcel,
	}),
	result: Shipment,
	errors: [],
});

export const cancelShipments = contract({
	name: "shipping.cancel",
	summary:
		"Cancels an order's shipments and asks for the postage back; `cancelled` is false when a parcel is on its way, and then none is touched that this is known of",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	timeout: 10_000,
	params: closed({ orderId: Id }),
	result: closed({ cancelled: Type.Boolean() }),
	errors: ["provider_failed"],
});

export const getShipment = contract({
	name: "shipping.get",
	summary: "One shipment of one's own",
	kind: "read",
	params: closed({ id: Id }),
	result: Shipment,
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/shipments/:id", access: "anyone" },
});

export const trackShipment = contract({
	name: "shipping.track",
	summary: "The public tracking page: no personal data",
	kind: "read",
	params: closed({ token: Line(128) }),
	result: closed({
		status: ShipmentStatus,
		carrier: Type.String(),
		service: Type.String(),
		trackingNumber: nullable(Type.String()),
		events: Type.Array(ShipmentEvent),
	}),
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/tracking/:token", access: "anyone" },
});

export const trackingEvents = contract({
	name: "shipping.trackingEvents",
	summary:
		"What happened to a parcel after an entry, in the order in which it became known, for the tracking page's stream",
	kind: "read",
	callers: [],
	params: closed({ token: Line(128), after: Type.Optional(Type.Integer({ minimum: 0 })) }),
	result: closed({
		events: Type.Array(closed({ id: Type.Integer(), at: Timestamp, type: ShipmentStatus, message: Type.String() })),
		done: Type.Boolean(),
	}),
	errors: ["not_found"],
});

export const getLabel = contract({
	name: "shipping.label",
	summary: "The label of a shipment as a link of the carrier",
	kind: "read",
	params: closed({ id: Id }),
	result: closed({ url: nullable(Type.String()) }),
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/admin/shipments/:id/label", access: "orders:read" },
});

/** A webhook as it came: the raw body and the headers that its signature needs. */
export const webhookParams = closed({
	body: Type.String(),
	headers: Type.Record(Type.String(), Type.String()),
	url: Type.String(),
});

export const easypostWebhook = contract({
	name: "shipping.webhook",
	summary: "EasyPost tells of a parcel",
	kind: "write",
	callers: ["gateway"],
	idempotent: true,
	params: webhookParams,
	result: closed({ accepted: Type.Boolean() }),
	errors: ["invalid_signature"],
});

export const contactOf = closed({ email: Email, phone: Type.Optional(Phone) });
