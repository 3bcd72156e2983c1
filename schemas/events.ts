import Type, { type Static } from "typebox";
import { closed, Id, nullable, Sku, Timestamp } from "./common.ts";
import { event } from "./contract.ts";
import { PaymentStatus } from "./payment.ts";
import { ShipmentStatus } from "./shipping.ts";

export const MovementKind = Type.Enum(["count", "adjust", "reserve", "release", "commit", "restock"]);

export const productChanged = event({
	name: "product.changed",
	service: "product",
	summary: "A product or one of its variants was made or changed",
	data: closed({ productId: Id }),
});

export const productDeleted = event({
	name: "product.deleted",
	service: "product",
	summary: "A product is no longer sold",
	data: closed({ productId: Id }),
});

export const stockChanged = event({
	name: "stock.changed",
	service: "product",
	summary: "Stock of a SKU moved; the ledger keeps the movement, indexes what can be sold now",
	data: closed({
		sku: Sku,
		variantId: Id,
		productId: Id,
		available: Type.Integer(),
		version: Type.Integer({ description: "Counts the SKU's movements; a lower one is older" }),
		movement: closed({
			kind: MovementKind,
			onHand: Type.Integer({ description: "Change of what lies on the shelf" }),
			reserved: Type.Integer({ description: "Change of what is held for orders" }),
			reference: nullable(Type.String({ description: "The order or the reason" })),
			settles: Type.Optional(Type.String({ description: "What must not happen twice, e.g. `commit ord_1`" })),
		}),
	}),
});

export const userRegistered = event({
	name: "user.registered",
	service: "user",
	summary: "An account was made; its address waits for verification",
	data: closed({ userId: Id }),
});

export const verificationAsked = event({
	name: "user.verification_asked",
	service: "user",
	summary: "A person asked for another link to verify their address",
	data: closed({ userId: Id }),
});

export const passwordForgotten = event({
	name: "user.password_forgotten",
	service: "user",
	summary: "Somebody asked for a link to set a new password",
	data: closed({ userId: Id }),
});

export const emailVerified = event({
	name: "user.email_verified",
	service: "user",
	summary: "An account's address was verified",
	data: closed({ userId: Id }),
});

/** What became of the means by which somebody signs in. */
export const CredentialChange = Type.Enum([
	"password_changed",
	"mfa_enabled",
	"mfa_disabled",
	"recovery_codes_renewed",
	"recovery_code_used",
	"passkey_added",
	"passkey_removed",
]);
export type CredentialChange = Static<typeof CredentialChange>;

export const credentialsChanged = event({
	name: "user.credentials_changed",
	service: "user",
	summary: "The means by which a person signs in are others",
	data: closed({ userId: Id, change: CredentialChange }),
});

export const userErased = event({
	name: "user.erased",
	service: "user",
	summary: "A person's account is gone; what is held on them elsewhere follows",
	data: closed({ userId: Id }),
});

export const orderConfirmed = event({
	name: "order.confirmed",
	service: "order",
	summary: "Stock is committed and the money captured",
	data: closed({ orderId: Id, cartId: Id, userId: nullable(Id) }),
});

export const orderClaimed = event({
	name: "order.claimed",
	service: "order",
	summary: "A guest's order became the one of the person who proved its address or showed its token",
	data: closed({
		orderId: Id,
		userId: Id,
		cartId: Id,
		paymentId: Id,
		/** The order, its refunds and its shipments: what the buyer was written of. */
		references: Type.Array(Id),
		/** What was delivered already. */
		productIds: Type.Array(Id),
	}),
});

export const orderFailed = event({
	name: "order.payment_failed",
	service: "order",
	summary: "The payment failed; stock and cart are free again",
	data: closed({ orderId: Id, cartId: Id }),
});

export const orderCancelled = event({
	name: "order.cancelled",
	service: "order",
	summary: "The order was cancelled; money and stock are back",
	data: closed({ orderId: Id, cartId: Id }),
});

export const orderRefunded = event({
	name: "order.refunded",
	service: "order",
	summary: "Money went back to the buyer",
	data: closed({ orderId: Id, refundId: Id, amount: Type.Integer() }),
});

export const fulfilmentRequested = event({
	name: "order.fulfilment_requested",
	service: "order",
	summary: "Staff want some of an order's items sent as a parcel",
	data: closed({ orderId: Id, fulfilmentId: Id }),
});

export const orderDelivered = event({
	name: "order.delivered",
	service: "order",
	summary: "Every parcel of the order arrived",
	data: closed({ orderId: Id, userId: nullable(Id), productIds: Type.Array(Id) }),
});

export const paymentChanged = event({
	name: "payment.changed",
	service: "payment",
	summary: "The provider told something about a payment; its order reads it again",
	data: closed({ paymentId: Id, orderId: Id, status: PaymentStatus }),
});

export const webhookReceived = event({
	name: "payment.webhook_received",
	service: "payment",
	summary: "A provider's webhook was verified and stored; what it tells of is read again at the provider",
	data: closed({ webhookId: Id }),
});

export const shipmentUpdated = event({
	name: "shipment.updated",
	service: "shipping",
	summary: "A shipment was made or its parcel moved on",
	data: closed({
		shipmentId: Id,
		orderId: Id,
		version: Type.Integer(),
		status: ShipmentStatus,
		carrier: Type.String(),
		service: Type.String(),
		trackingNumber: nullable(Type.String()),
		trackingUrl: nullable(Type.String()),
		items: Type.Array(closed({ itemId: Id, quantity: Type.Integer() })),
		events: Type.Array(closed({ at: Timestamp, status: ShipmentStatus, message: Type.String() })),
	}),
});

export const parcelReported = event({
	name: "parcel.reported",
	service: "shipping",
	summary: "A carrier told where a parcel is; its shipment follows",
	data: closed({
		/** The provider's id of the shipment. */
		parcelId: Type.String(),
		status: nullable(ShipmentStatus),
		trackingNumber: nullable(Type.String()),
		events: Type.Array(closed({ at: Timestamp, status: ShipmentStatus, message: Type.String() })),
	}),
});

export const notificationQueued = event({
	name: "notification.queued",
	service: "notification",
	summary: "A mail or message waits to be sent",
	data: closed({ notificationId: Id }),
});

export const messageReported = event({
	name: "notification.message_reported",
	service: "notification",
	summary: "Twilio told of a message before its number was stored here",
	data: closed({ reportId: Id }),
});

export const reviewChanged = event({
	name: "review.changed",
	service: "review",
	summary: "A review was posted, changed or moderated; its product's rating is counted again",
	data: closed({ reviewId: Id, productId: Id }),
});

export const reviewDeleted = event({
	name: "review.deleted",
	service: "review",
	summary: "A review was taken away; its product's rating is counted again",
	data: closed({ reviewId: Id, productId: Id }),
});

export const ratingChanged = event({
	name: "review.rating_changed",
	service: "review",
	summary: "A product's average rating changed",
	data: closed({ productId: Id, version: Type.Integer(), average: Type.Number(), count: Type.Integer() }),
});
