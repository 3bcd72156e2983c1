import type { Account } from "./account.ts";
import type { Authorization, Capture, Kind, Order, PurchaseUnit, Refund } from "./documents.ts";
import type { Link } from "./errors.ts";
import { minor, money } from "./money.ts";

export const PAYER_ID = "QYR5Z8XDVJNXQ";
const NAME = { given_name: "John", surname: "Doe" };
const EMAIL = "john.doe@sandbox.example";
const PROTECTED = { status: "ELIGIBLE", dispute_categories: ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"] };

type Document = Record<string, unknown>;
const link = (href: string, rel: string, method = "GET"): Link => ({ href, rel, method });

/** The document as PayPal answers it, in full (`return=representation`). */
export function render(account: Account, kind: Kind, id: string): Document {
	if (kind === "order") return renderOrder(account, account.orders.get(id)!);
	if (kind === "authorization") return renderAuthorization(account, account.authorizations.get(id)!);
	if (kind === "capture") return renderCapture(account, account.captures.get(id)!);
	return renderRefund(account, account.refunds.get(id)!);
}

function renderOrder(account: Account, order: Order): Document {
	const approved = order.status === "APPROVED" || order.status === "COMPLETED";
	return {
		id: order.id,
		intent: order.intent,
		status: order.status,
		...(order.sourced || approved ? { payment_source: { paypal: approved ? SOURCE : {} } } : {}),
		purchase_units: order.purchase_units.map((unit) => renderUnit(account, unit)),
		...(approved ? { payer: PAYER } : {}),
		create_time: order.create_time,
		update_time: order.update_time,
		links: orderLinks(account.origin, order),
	};
}

const SOURCE = {
	email_address: EMAIL,
	account_id: PAYER_ID,
	account_status: "VERIFIED",
	name: NAME,
	address: { country_code: "US" },
};
const PAYER = { name: NAME, email_address: EMAIL, payer_id: PAYER_ID, address: { country_code: "US" } };

function renderUnit(account: Account, { payments, ...unit }: PurchaseUnit): Document {
	const paid = {
		...(payments.authorizations.length > 0
			? { authorizations: payments.authorizations.map((id) => render(account, "authorization", id)) }
			: {}),
		...(payments.captures.length > 0
			? { captures: payments.captures.map((id) => render(account, "capture", id)) }
			: {}),
		...(payments.refunds.length > 0 ? { refunds: payments.refunds.map((id) => render(account, "refund", id)) } : {}),
	};
	const payee = unit.payee ?? { email_address: "merchant@sandbox.example", merchant_id: "C7CYMKZDG8D6E" };
	return { ...unit, payee, ...(Object.keys(paid).length > 0 ? { payments: paid } : {}) };
}

export function orderLinks(origin: string, { id, status, intent, sourced }: Order): Link[] {
	const self = `${origin}/v2/checkout/orders/${id}`;
	const links = [link(self, "self")];
	if (status === "COMPLETED" || status === "VOIDED") return links;
	const verb = intent === "AUTHORIZE" ? "authorize" : "capture";
	if (status !== "APPROVED")
		links.push(link(`${origin}/checkoutnow?token=${id}`, sourced ? "payer-action" : "approve"));
	if (!sourced || status === "APPROVED")
		links.push(link(self, "update", "PATCH"), link(`${self}/${verb}`, verb, "POST"));
	return links;
}

function renderAuthorization({ origin }: Account, made: Authorization): Document {
	const self = `${origin}/v2/payments/authorizations/${made.id}`;
	const { id, status, amount, custom_id, invoice_id, expiration_time, create_time, update_time } = made;
	const open = status === "CREATED" || status === "PARTIALLY_CAPTURED";
	return {
		id,
		status,
		amount,
		invoice_id,
		custom_id,
		seller_protection: PROTECTED,
		expiration_time,
		create_time,
		update_time,
		supplementary_data: { related_ids: { order_id: made.order } },
		links: [
			link(self, "self"),
			...(open
				? [
						link(`${self}/capture`, "capture", "POST"),
						link(`${self}/void`, "void", "POST"),
						link(`${self}/reauthorize`, "reauthorize", "POST"),
					]
				: []),
			link(`${origin}/v2/checkout/orders/${made.order}`, "up"),
		],
	};
}

function renderCapture({ origin }: Account, made: Capture): Document {
	const self = `${origin}/v2/payments/captures/${made.id}`;
	const { id, status, amount, custom_id, invoice_id, final_capture, create_time, update_time, authorization } = made;
	const fee = feeOf(minor(amount), amount.currency_code);
	const settled = status !== "PENDING" && status !== "DECLINED";
	const up = authorization ? `/v2/payments/authorizations/${authorization}` : `/v2/checkout/orders/${made.order}`;
	return {
		id,
		status,
		...(status === "PENDING" ? { status_details: { reason: "ECHECK" } } : {}),
		amount,
		invoice_id,
		custom_id,
		final_capture,
		seller_protection: PROTECTED,
		...(settled
			? {
					seller_receivable_breakdown: {
						gross_amount: amount,
						paypal_fee: money(fee, amount.currency_code),
						net_amount: money(minor(amount) - fee, amount.currency_code),
					},
				}
			: {}),
		create_time,
		update_time,
		supplementary_data: {
			related_ids: { order_id: made.order, ...(authorization ? { authorization_id: authorization } : {}) },
		},
		links: [
			link(self, "self"),
			...(settled && status !== "REFUNDED" ? [link(`${self}/refund`, "refund", "POST")] : []),
			link(`${origin}${up}`, "up"),
		],
	};
}

function renderRefund({ origin }: Account, made: Refund): Document {
	const { id, status, amount, custom_id, invoice_id, note_to_payer, total, create_time, update_time } = made;
	return {
		id,
		status,
		amount,
		invoice_id,
		custom_id,
		note_to_payer,
		seller_payable_breakdown: {
			gross_amount: amount,
			paypal_fee: money(0, amount.currency_code),
			net_amount: amount,
			total_refunded_amount: money(total, amount.currency_code),
		},
		create_time,
		update_time,
		links: [
			link(`${origin}/v2/payments/refunds/${id}`, "self"),
			link(`${origin}/v2/payments/captures/${made.capture}`, "up"),
		],
	};
}

// The standard rate of PayPal Checkout in the US: 3.49 % and a fixed fee.
function feeOf(amount: number, currency: string): number {
	return Math.min(amount, Math.round(amount * 0.0349) + (money(0, currency).value === "0" ? 40 : 49));
}
