import type { Account } from "../account.ts";
import { newCapture } from "../captures.ts";
import type { Authorization, Order } from "../documents.ts";
import type { Endpoint } from "../endpoint.ts";
import { Refusal, refused, unknownResource, unsupported } from "../errors.ts";
import { newId, timestamp } from "../ids.ts";

const AUTHORIZED_DAYS = 29;

export function orderOf(account: Account, id: string): Order {
	const order = account.orders.get(id);
	if (!order) throw unknownResource();
	return { ...order };
}

/** The order, if the payer has approved it for this. */
function payable(account: Account, id: string, intent: Order["intent"], body: object): Order {
	const order = orderOf(account, id);
	if ("payment_source" in body) throw unsupported("/payment_source");
	if (order.intent !== intent) {
		const verb = order.intent.toLowerCase();
		throw new Refusal(422, "ACTION_DOES_NOT_MATCH_INTENT", {
			description: `Order was created with an intent to '${order.intent}'. Please use v2/checkout/orders/order_id/${verb} to complete the transaction or alternately Create an order with an intent of '${intent}'.`,
		});
	}
	if (order.status === "COMPLETED")
		throw refused(intent === "AUTHORIZE" ? "ORDER_ALREADY_AUTHORIZED" : "ORDER_ALREADY_CAPTURED");
	if (order.status !== "APPROVED") throw refused("ORDER_NOT_APPROVED");
	if (order.decline)
		throw new Refusal(422, order.decline, {
			// There the payer may choose another instrument.
			links: [{ href: `${account.origin}/checkoutnow?token=${id}`, rel: "redirect", method: "GET" }],
		});
	return order;
}

function complete(account: Account, order: Order, purchase_units: Order["purchase_units"]): void {
	const update_time = timestamp();
	account.orders.put(order.id, { ...order, status: "COMPLETED", purchase_units, update_time });
}

const ALWAYS = ["payment_source", "purchase_units", "payer"];

export const authorizeOrder: Endpoint = {
	method: "POST",
	path: "/v2/checkout/orders/:id/authorize",
	always: ALWAYS,
	run(account, { id, body }) {
		const order = payable(account, id, "AUTHORIZE", body);
		const made: Authorization[] = [];
		const units = order.purchase_units.map((unit) => {
			const { amount, custom_id, invoice_id, reference_id } = unit;
			const authorization: Authorization = {
				id: newId(),
				order: id,
				reference_id,
				status: "CREATED",
				amount: { currency_code: amount.currency_code, value: amount.value },
				custom_id,
				invoice_id,
				captured: 0,
				renews: null,
				renewed_by: null,
				expiration_time: timestamp(Date.now() + AUTHORIZED_DAYS * 24 * 3600_000),
				create_time: timestamp(),
				update_time: timestamp(),
			};
			account.authorizations.put(authorization.id, authorization);
			made.push(authorization);
			return { ...unit, payments: { ...unit.payments, authorizations: [authorization.id] } };
		});
		complete(account, order, units);
		for (const authorization of made) account.emit("PAYMENT.AUTHORIZATION.CREATED", "authorization", authorization.id);
		return { status: 201, kind: "order", id };
	},
};

export const captureOrder: Endpoint = {
	method: "POST",
	path: "/v2/checkout/orders/:id/capture",
	always: ALWAYS,
	run(account, { id, body }) {
		const order = payable(account, id, "CAPTURE", body);
		const captures = order.purchase_units.map(({ amount, custom_id, invoice_id, reference_id }) =>
			newCapture(account, order, {
				amount: { currency_code: amount.currency_code, value: amount.value },
				custom_id,
				invoice_id,
				reference_id,
				authorization: null,
				final_capture: true,
			}),
		);
		const units = order.purchase_units.map((unit, i) => ({
			...unit,
			payments: { ...unit.payments, captures: [captures[i]!.id] },
		}));
		complete(account, order, units);
		for (const { id: capture, status } of captures) account.emit(`PAYMENT.CAPTURE.${status}`, "capture", capture);
		return { status: 201, kind: "order", id };
	},
};
