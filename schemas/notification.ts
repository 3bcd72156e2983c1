import Type, { type Static } from "typebox";
import { closed, Email, Id, list, nullable, Phone, page, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";
import { webhookParams } from "./shipping.ts";

export const NotificationKind = Type.Enum([
	"verify_email",
	"reset_password",
	"email_change",
	"credentials_changed",
	"order_confirmed",
	"order_cancelled",
	"order_refunded",
	"payment_failed",
	"shipment_sent",
	"shipment_delivered",
]);
export type NotificationKind = Static<typeof NotificationKind>;

export const Notification = closed({
	id: Id,
	kind: NotificationKind,
	channel: Type.Enum(["email", "sms"]),
	to: Type.String({ description: "Masked but for its owner" }),
	subject: nullable(Type.String()),
	status: Type.Enum(["queued", "sent", "delivered", "failed"]),
	attempts: Type.Integer(),
	error: nullable(Type.String()),
	createdAt: Timestamp,
	sentAt: nullable(Timestamp),
});
export type Notification = Static<typeof Notification>;

export const notify = contract({
	name: "notification.notify",
	summary:
		"Queues a mail and, where a phone is given and the kind has a text, a message: one for each (kind, reference, channel), however often it is asked for",
	kind: "write",
	callers: ["user", "order", "shipping"],
	idempotent: true,
	params: closed({
		kind: NotificationKind,
		/** What it is about: an order, a shipment, a user; part of its identity. */
		reference: Id,
		userId: nullable(Id),
		email: nullable(Email),
		phone: nullable(Phone),
		/** What the template needs, e.g. `{ number, total, items, link }`. */
		data: Type.Record(Type.String(), Type.Unknown()),
	}),
	result: closed({ queued: Type.Integer() }),
	errors: [],
});

export const myNotifications = contract({
	name: "notification.mine",
	summary: "What the signed-in person was sent",
	kind: "read",
	params: closed(page),
	result: list(Notification),
	errors: ["unauthenticated"],
	route: { method: "GET", path: "/v1/me/notifications", access: "customer" },
});

export const Preferences = closed({ sms: Type.Boolean(), marketing: Type.Boolean() });

export const getPreferences = contract({
	name: "notification.preferences",
	summary: "What the signed-in person wants to be sent beyond what an order needs",
	kind: "read",
	params: closed({}),
	result: Preferences,
	errors: ["unauthenticated"],
	route: { method: "GET", path: "/v1/me/preferences", access: "customer" },
});

export const setPreferences = contract({
	name: "notification.setPreferences",
	summary: "Sets them",
	kind: "write",
	idempotent: true,
	params: Preferences,
	result: Preferences,
	errors: ["unauthenticated"],
	route: { method: "PUT", path: "/v1/me/preferences", access: "customer" },
});

export const adminNotifications = contract({
	name: "notification.list",
	summary: "What was sent or failed, the youngest first",
	kind: "read",
	params: closed({ status: Type.Optional(Type.Enum(["queued", "sent", "delivered", "failed"])), ...page }),
	result: list(Notification),
	errors: [],
	route: { method: "GET", path: "/v1/admin/notifications", access: "notifications:write" },
});

export const resendNotification = contract({
	name: "notification.resend",
	summary: "Sends one again; not a link to sign in with, as links are not kept after they were sent",
	kind: "write",
	params: closed({ id: Id }),
	result: Notification,
	errors: ["not_found", "transition_not_allowed"],
	route: { method: "POST", path: "/v1/admin/notifications/:id/resend", access: "notifications:write" },
});

export const twilioWebhook = contract({
	name: "notification.webhook",
	summary: "Twilio tells of a message",
	kind: "write",
	callers: ["gateway"],
	idempotent: true,
	params: webhookParams,
	result: closed({ accepted: Type.Boolean() }),
	errors: ["invalid_signature"],
});
