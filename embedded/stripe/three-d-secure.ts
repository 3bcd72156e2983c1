import { parseBody } from "../form.ts";
import type { HttpAnswer, HttpRequest, Route } from "../http.ts";
import type { Account } from "./account.ts";
import { money } from "./amounts.ts";
import type { PaymentIntent } from "./documents.ts";
import { authenticated } from "./payment-intents/confirm.ts";

/** The bank's page of a 3-D Secure challenge, and the same decision as JSON for tests: `{ outcome: "complete" | "fail" }`. */
export function challengeRoutes(account: Account): Route[] {
	return [
		[
			"GET",
			"/_sandbox/3ds/:id",
			({ params }) => {
				const intent = account.paymentIntents.get(params.id!);
				return intent ? { status: 200, body: page(intent) } : gone;
			},
		],
		["POST", "/_sandbox/3ds/:id", (request) => decide(account, request)],
	];
}

const gone: HttpAnswer = { status: 404, body: { error: { message: "There is no such payment intent." } } };

function decide(account: Account, request: HttpRequest): HttpAnswer {
	const stored = account.paymentIntents.get(request.params.id!);
	if (!stored) return gone;
	const intent = { ...stored };
	const json = request.headers["content-type"]?.startsWith("application/json");
	const { outcome } = parseBody(request);
	if (outcome !== "complete" && outcome !== "fail")
		return { status: 400, body: { error: { message: 'Give an outcome: "complete" or "fail".' } } };
	if (intent.status !== "requires_action")
		return json
			? { status: 409, body: { error: { message: `The payment intent has a status of ${intent.status}.` } } }
			: { status: 409, body: page(intent) };
	const back = intent.next_action?.type === "redirect_to_url" ? intent.next_action.redirect_to_url.return_url : null;
	account.state.transaction(() => {
		account.request = { id: null, idempotency_key: null };
		authenticated(account, intent, outcome);
	});
	if (json) return { status: 200, body: intent };
	if (!back) return { status: 200, body: page(intent) };
	return { status: 303, headers: { location: returnTo(back, intent) } };
}

function returnTo(back: string, intent: PaymentIntent): string {
	const url = new URL(back);
	url.searchParams.set("payment_intent", intent.id);
	url.searchParams.set("payment_intent_client_secret", intent.client_secret);
	url.searchParams.set("redirect_status", intent.status === "requires_payment_method" ? "failed" : "succeeded");
	return url.href;
}

function page(intent: PaymentIntent): string {
	const amount = money(intent.amount, intent.currency);
	const body =
		intent.status === "requires_action"
			? `<p>Your bank asks you to confirm a payment of <strong>${amount}</strong>.</p>
<form method="post"><button name="outcome" value="complete">Complete</button> <button name="outcome" value="fail">Fail</button></form>`
			: `<p>Nothing waits for you here: the payment of ${amount} is ${intent.status.replaceAll("_", " ")}.</p>`;
	return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<title>3-D Secure test page</title><style>body{font:16px system-ui;max-width:28rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.6rem 1.2rem}</style>
<h1>3-D Secure test page</h1>${body}</html>`;
}
