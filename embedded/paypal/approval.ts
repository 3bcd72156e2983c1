import { parseBody } from "../form.ts";
import type { HttpAnswer, HttpRequest, Route } from "../http.ts";
import type { Account } from "./account.ts";
import type { Order } from "./documents.ts";
import { timestamp } from "./ids.ts";
import { ISSUES, type Issue } from "./issues.ts";
import { minor, money } from "./money.ts";
import { PAYER_ID, render } from "./render.ts";

type Decision = { decline?: Issue; pending?: boolean };

/**
 * The page on which the payer approves, and the same as JSON for tests: `POST /_sandbox/approve/:id` with `{ decline }` (an issue
 * such as INSTRUMENT_DECLINED that the payment then meets) or `{ pending: true }` (an e-check: the capture stays PENDING until
 * `POST /_sandbox/captures/:id { outcome: "complete" | "deny" }`). `POST /_sandbox/authorizations/:id { ageDays }` makes one older.
 */
export function approvalRoutes(account: Account): Route[] {
	return [
		["GET", "/checkoutnow", ({ query }) => page(account, query.get("token") ?? "")],
		["POST", "/checkoutnow", (request) => decide(account, request)],
		[
			"POST",
			"/_sandbox/approve/:id",
			(request) => {
				const order = account.orders.get(request.params.id!);
				if (!order) return refusal(404, "There is no such order.");
				const { decline, pending } = parseBody(request) as Decision;
				if (decline !== undefined && !Object.hasOwn(ISSUES, decline))
					return refusal(400, `There is no issue ${String(decline)}.`);
				if (!awaitsApproval(order)) return refusal(409, `The order has a status of ${order.status}.`);
				approve(account, order, { decline, pending });
				return { status: 200, body: render(account, "order", order.id) };
			},
		],
		["POST", "/_sandbox/captures/:id", (request) => settle(account, request)],
		[
			"POST",
			"/_sandbox/authorizations/:id",
			(request) => {
				const authorization = account.authorizations.get(request.params.id!);
				if (!authorization) return refusal(404, "There is no such authorization.");
				const ms = Number(parseBody(request).ageDays) * 24 * 3600_000;
				if (Number.isNaN(ms)) return refusal(400, "Give ageDays.");
				const earlier = (at: string) => timestamp(Date.parse(at) - ms);
				account.authorizations.put(authorization.id, {
					...authorization,
					create_time: earlier(authorization.create_time),
					expiration_time: earlier(authorization.expiration_time),
				});
				return { status: 200, body: render(account, "authorization", authorization.id) };
			},
		],
	];
}

const refusal = (status: number, message: string): HttpAnswer => ({ status, body: { message } });

function awaitsApproval({ status, decline }: Order): boolean {
	return status === "CREATED" || status === "PAYER_ACTION_REQUIRED" || (status === "APPROVED" && decline !== null);
}

function approve(account: Account, order: Order, { decline = undefined, pending = false }: Decision): void {
	account.state.transaction(() => {
		const update_time = timestamp();
		account.orders.put(order.id, { ...order, status: "APPROVED", decline: decline ?? null, pending, update_time });
		if (order.status !== "APPROVED") account.emit("CHECKOUT.ORDER.APPROVED", "order", order.id);
	});
}

function settle(account: Account, request: HttpRequest): HttpAnswer {
	const capture = account.captures.get(request.params.id!);
	if (!capture) return refusal(404, "There is no such capture.");
	if (capture.status !== "PENDING") return refusal(409, `The capture has a status of ${capture.status}.`);
	const { outcome } = parseBody(request);
	if (outcome !== "complete" && outcome !== "deny") return refusal(400, 'Give an outcome: "complete" or "deny".');
	account.state.transaction(() => {
		const status = outcome === "complete" ? "COMPLETED" : "DECLINED";
		account.captures.put(capture.id, { ...capture, status, update_time: timestamp() });
		account.emit(`PAYMENT.CAPTURE.${outcome === "complete" ? "COMPLETED" : "DENIED"}`, "capture", capture.id);
	});
	return { status: 200, body: render(account, "capture", capture.id) };
}

function decide(account: Account, request: HttpRequest): HttpAnswer {
	const { token, action } = parseBody(request);
	const order = account.orders.get(String(token));
	if (!order || !awaitsApproval(order)) return page(account, String(token));
	if (action === "pay" || action === "decline")
		approve(account, order, action === "pay" ? {} : { decline: "INSTRUMENT_DECLINED" });
	else if (action !== "cancel") return refusal(400, 'Give an action: "pay", "decline" or "cancel".');
	const back = action === "cancel" ? order.cancel_url : order.return_url;
	if (!back) return page(account, order.id);
	const url = new URL(back);
	url.searchParams.set("token", order.id);
	if (action !== "cancel") url.searchParams.set("PayerID", PAYER_ID);
	return { status: 303, headers: { location: url.href } };
}

function page(account: Account, id: string): HttpAnswer {
	const order = account.orders.get(id);
	if (!order) return { status: 404, body: html("<p>There is no such order.</p>") };
	const { currency_code } = order.purchase_units[0]!.amount;
	const total = money(
		order.purchase_units.reduce((sum, { amount }) => sum + minor(amount), 0),
		currency_code,
	).value;
	const asked = `<p>A shop asks for <strong>${total} ${currency_code}</strong>.</p>
<form method="post"><input type="hidden" name="token" value="${order.id}">
<button name="action" value="pay">Pay</button> <button name="action" value="cancel">Cancel</button>
<button name="action" value="decline">Pay with a card that is declined</button></form>`;
	const told = `<p>Nothing waits for you here: the order of ${total} ${currency_code} is ${order.status.toLowerCase()}.</p>`;
	return { status: 200, body: html(awaitsApproval(order) ? asked : told) };
}

function html(body: string): string {
	return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<title>PayPal test page</title><style>body{font:16px system-ui;max-width:28rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.6rem 1.2rem;margin:.2rem 0}</style>
<h1>PayPal test page</h1>${body}</html>`;
}
