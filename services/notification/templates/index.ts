import type { NotificationKind } from "../../../schemas/notification.ts";
import { dataOf, type Template } from "./content.ts";
import { credentialsChanged } from "./credentials-changed.ts";
import { emailChange } from "./email-change.ts";
import { html, plain } from "./layout.ts";
import { orderCancelled } from "./order-cancelled.ts";
import { orderConfirmed } from "./order-confirmed.ts";
import { orderRefunded } from "./order-refunded.ts";
import { paymentFailed } from "./payment-failed.ts";
import { resetPassword } from "./reset-password.ts";
import { shipmentDelivered } from "./shipment-delivered.ts";
import { shipmentSent } from "./shipment-sent.ts";
import { verifyEmail } from "./verify-email.ts";

const templates: Record<NotificationKind, Template> = {
	verify_email: verifyEmail,
	reset_password: resetPassword,
	email_change: emailChange,
	credentials_changed: credentialsChanged,
	order_confirmed: orderConfirmed,
	order_cancelled: orderCancelled,
	order_refunded: orderRefunded,
	payment_failed: paymentFailed,
	shipment_sent: shipmentSent,
	shipment_delivered: shipmentDelivered,
};

/** Whether a kind is also told by a message. */
export const hasMessage = (kind: NotificationKind): boolean => templates[kind].sms !== undefined;

/** @throws MissingData */
export function mailOf(kind: NotificationKind, fields: Record<string, unknown>) {
	const { subject, body } = templates[kind];
	const data = dataOf(kind, fields);
	const title = subject(data);
	const blocks = body(data);
	return { subject: title, text: plain(blocks), html: html(title, blocks) };
}

/** @throws MissingData */
export function messageOf(kind: NotificationKind, fields: Record<string, unknown>): string {
	return templates[kind].sms!(dataOf(kind, fields));
}
