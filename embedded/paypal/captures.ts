import type { Account } from "./account.ts";
import type { Capture, Order, Refund } from "./documents.ts";
import type { Endpoint } from "./endpoint.ts";
import { refused, unknownResource, unsupported } from "./errors.ts";
import { newId, timestamp } from "./ids.ts";
import { type Money, minor, money, readMoney } from "./money.ts";
import { texts } from "./texts.ts";

type Details = Pick<
	Capture,
	"amount" | "custom_id" | "invoice_id" | "reference_id" | "authorization" | "final_capture"
>;

/** Takes the money; with an invoice id that another order was captured with it is refused. The caller lists it and tells of it. */
export function newCapture(account: Account, order: Order, details: Details): Capture {
	const used = details.invoice_id && account.invoices.get(details.invoice_id);
	if (used && used.order !== order.id) throw refused("DUPLICATE_INVOICE_ID", "/invoice_id");
	const at = timestamp();
	const capture: Capture = {
		id: newId(),
		order: order.id,
		status: order.pending ? "PENDING" : "COMPLETED",
		...details,
		refunded: 0,
		create_time: at,
		update_time: at,
	};
	if (details.invoice_id) account.invoices.put(details.invoice_id, { order: order.id });
	account.captures.put(capture.id, capture);
	return capture;
}

export function captureOf(account: Account, id: string): Capture {
	const capture = account.captures.get(id);
	if (!capture) throw unknownResource();
	return { ...capture };
}

const getCapture: Endpoint = {
	method: "GET",
	path: "/v2/payments/captures/:id",
	run: (account, { id }) => ({ status: 200, kind: "capture", id: captureOf(account, id).id }),
};

const refundCapture: Endpoint = {
	method: "POST",
	path: "/v2/payments/captures/:id/refund",
	run(account, { id, body }) {
		const capture = captureOf(account, id);
		if (body.payment_instruction !== undefined) throw unsupported("/payment_instruction");
		const amount = amountToRefund(capture, body.amount);
		const at = timestamp();
		capture.refunded += minor(amount);
		capture.status = capture.refunded === minor(capture.amount) ? "REFUNDED" : "PARTIALLY_REFUNDED";
		capture.update_time = at;
		const refund: Refund = {
			id: newId(),
			order: capture.order,
			reference_id: capture.reference_id,
			capture: id,
			status: "COMPLETED",
			amount,
			custom_id: capture.custom_id,
			...texts(body, { invoice_id: 127, custom_id: 127, note_to_payer: 255 }),
			total: capture.refunded,
			create_time: at,
			update_time: at,
		};
		account.captures.put(id, capture);
		account.refunds.put(refund.id, refund);
		listOnUnit(account, capture, "refunds", refund.id);
		account.emit("PAYMENT.CAPTURE.REFUNDED", "refund", refund.id);
		return { status: 201, kind: "refund", id: refund.id };
	},
};

function amountToRefund(capture: Capture, given: unknown): Money {
	const { currency_code } = capture.amount;
	if (capture.status === "PENDING") throw refused("PENDING_CAPTURE");
	if (capture.status === "DECLINED") throw refused("REFUND_NOT_ALLOWED");
	const left = minor(capture.amount) - capture.refunded;
	if (left === 0) throw refused("CAPTURE_FULLY_REFUNDED");
	const amount = given === undefined ? money(left, currency_code) : readMoney(given, "/amount");
	if (amount.currency_code !== currency_code)
		throw refused("REFUND_CAPTURE_CURRENCY_MISMATCH", "/amount/currency_code");
	if (minor(amount) > left) throw refused("REFUND_AMOUNT_EXCEEDED", "/amount/value");
	return amount;
}

/** Lists a payment on the purchase unit of its order. */
export function listOnUnit(
	account: Account,
	{ order: id, reference_id }: { order: string; reference_id: string },
	list: "authorizations" | "captures" | "refunds",
	payment: string,
): void {
	const order = account.orders.get(id)!;
	const purchase_units = order.purchase_units.map((unit) =>
		unit.reference_id === reference_id
			? { ...unit, payments: { ...unit.payments, [list]: [...unit.payments[list], payment] } }
			: unit,
	);
	account.orders.put(id, { ...order, purchase_units, update_time: timestamp() });
}

const getRefund: Endpoint = {
	method: "GET",
	path: "/v2/payments/refunds/:id",
	run(account, { id }) {
		if (!account.refunds.get(id)) throw unknownResource();
		return { status: 200, kind: "refund", id };
	},
};

export const captureEndpoints = [getCapture, refundCapture, getRefund];
