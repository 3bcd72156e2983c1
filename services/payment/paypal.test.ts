import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "ava";
import { newId } from "../../runtime/ids.ts";
import {
	capturePayment,
	paymentLedger,
	paymentWebhook,
	refundPayment,
	resumePayment,
	voidPayment,
} from "../../schemas/payment.ts";
import { openProviders } from "./providers/index.ts";
import { openTill, type Till } from "./testing.ts";

const usd = (amount: number) => ({ amount, currency: "USD" });
const reason = "as agreed";

let till: Till;
test.before(async () => {
	till = await openTill("paypal");
});
test.afterEach.always(() => till.faults());
test.after.always(() => till.close());

const changesOf = (id: string) => till.changes.filter(({ paymentId }) => paymentId === id).map(({ status }) => status);

async function approve(page: string, outcome: object = {}) {
	await control(`approve/${new URL(page).searchParams.get("token")}`, outcome);
}

async function control(path: string, body: object) {
	const answer = await fetch(`${till.providerUrl}/_sandbox/${path}`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body),
	});
	if (!answer.ok) throw new Error(await answer.text());
}

test.serial(
	"a PayPal payment is approved, authorized, captured and refunded, and the ledger sums to zero",
	async (t) => {
		const { id, status, nextAction } = await till.authorize();
		t.is(status, "requires_action");
		t.is((await till.ask(resumePayment, { id })).status, "requires_action");
		await approve(nextAction!.url);
		t.is((await till.ask(resumePayment, { id })).status, "authorized");
		t.is((await till.ask(capturePayment, { id })).captured.amount, 1999);
		t.is((await till.ask(capturePayment, { id })).status, "captured");
		const part = () => till.ask(refundPayment, { id, refundId: "ref_a", amount: usd(99), reason });
		t.is((await part()).status, "partially_refunded");
		t.is((await part()).refunded.amount, 99);
		t.is((await till.ask(refundPayment, { id, refundId: "ref_b", amount: usd(1900), reason })).status, "refunded");
		const { data } = await till.ask(paymentLedger, { id });
		t.is(data.length, 6);
		t.is(
			data.reduce((sum, { amount }) => sum + amount, 0),
			0,
		);
		t.is((await till.ask(resumePayment, { id })).refunded.amount, 1999);
	},
);

test.serial("a buyer who approves and never comes back is told of by the webhook", async (t) => {
	const { id, nextAction } = await till.authorize();
	await approve(nextAction!.url);
	await till.until(() => changesOf(id).includes("authorized"));
	t.is((await till.ask(capturePayment, { id })).status, "captured");
	t.deepEqual(changesOf(id), ["authorized"]);
});

test.serial("an instrument that is declined is a failed payment with PayPal's reason", async (t) => {
	const { id, nextAction } = await till.authorize();
	await approve(nextAction!.url, { decline: "INSTRUMENT_DECLINED" });
	const { status, failure } = await till.ask(resumePayment, { id });
	t.is(status, "failed");
	t.is(failure?.code, "INSTRUMENT_DECLINED");
	t.like(await till.authorize({ amount: { amount: 100, currency: "RUB" } }), {
		status: "failed",
		failure: { code: "INVALID_CURRENCY_CODE" },
	});
});

test.serial("a currency without decimals keeps its amount", async (t) => {
	const { id, nextAction } = await till.authorize({ amount: { amount: 1999, currency: "JPY" } });
	await approve(nextAction!.url);
	await till.ask(resumePayment, { id });
	t.deepEqual((await till.ask(capturePayment, { id })).captured, { amount: 1999, currency: "JPY" });
});

test.serial("a PayPal payment is voided before and after it is authorized", async (t) => {
	const waiting = await till.authorize();
	t.is((await till.ask(voidPayment, { id: waiting.id })).status, "voided");
	await approve(waiting.nextAction!.url);
	await till.until(() => till.deliveries.some(({ body }) => body.includes(waiting.id)));
	await till.until(() => till.node.relay.pending() === 0);
	t.is((await till.ask(resumePayment, { id: waiting.id })).status, "voided");

	const { id, nextAction } = await till.authorize();
	await approve(nextAction!.url);
	await till.ask(resumePayment, { id });
	t.is((await till.ask(voidPayment, { id })).status, "voided");
	t.is((await till.ask(voidPayment, { id })).status, "voided");
	t.like(await t.throwsAsync(() => till.ask(capturePayment, { id })), { type: "transition_not_allowed" });
});

test.serial("a capture that PayPal holds for review is captured when it is through", async (t) => {
	const { id, nextAction } = await till.authorize();
	await approve(nextAction!.url, { pending: true });
	await till.ask(resumePayment, { id });
	t.like(await t.throwsAsync(() => till.ask(capturePayment, { id })), { type: "provider_failed" });
	t.like(await t.throwsAsync(() => till.ask(voidPayment, { id })), { type: "provider_failed" });
	const { body } = await till.until(() =>
		till.deliveries.find((webhook) => webhook.body.includes(id) && webhook.body.includes("PAYMENT.CAPTURE.PENDING")),
	);
	await control(`captures/${JSON.parse(body).resource.id}`, { outcome: "complete" });
	await till.until(() => changesOf(id).includes("captured"));
	t.is((await till.ask(capturePayment, { id })).captured.amount, 1999);
});

test.serial("failures and rubbish of PayPal leave the payment as it was", async (t) => {
	const { id, nextAction } = await till.authorize();
	for (const faults of [{ rubbish: true }, { status: 500 }, { status: 429 }]) {
		await till.faults({ ...faults, path: "/v2/" });
		t.like(await t.throwsAsync(() => till.ask(resumePayment, { id })), { type: "provider_failed" });
	}
	await till.faults();
	await approve(nextAction!.url);
	t.is((await till.ask(resumePayment, { id })).status, "authorized");
});

test.serial("a PayPal that gave no token when it was down is asked for one again when it is back", async (t) => {
	openProviders();
	const ids = { id: newId("pay"), orderId: newId("ord") };
	for (const faults of [{ status: 503 }, { rubbish: true }]) {
		await till.faults({ ...faults, path: "/v1/oauth2/token" });
		t.like(await t.throwsAsync(() => till.authorize(ids)), { type: "provider_failed" });
	}
	await till.faults();
	t.is((await till.authorize(ids)).status, "requires_action");
});

test.serial("a capture whose answer was lost is asked for with the same id again", async (t) => {
	const { id, nextAction } = await till.authorize();
	await approve(nextAction!.url);
	await till.ask(resumePayment, { id });
	await till.faults({ timeoutAfterSuccess: true, path: "/v2/payments/authorizations" });
	await till.ask(capturePayment, { id }).catch(() => {});
	await till.faults();
	t.is((await till.ask(capturePayment, { id })).captured.amount, 1999);
	t.is((await till.ask(paymentLedger, { id })).data.length, 2);
});

test.serial("a webhook with a certificate from elsewhere is refused, and nobody is asked for it", async (t) => {
	let requests = 0;
	const elsewhere = createServer((_request, response) => {
		requests++;
		response.end();
	});
	await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
	t.teardown(() => elsewhere.close());
	const { body, headers } = await till.until(() => till.deliveries[0]);
	const send = (more: Record<string, string>, text = body) =>
		till.ask(paymentWebhook, { provider: "paypal", body: text, headers: { ...headers, ...more }, url: "" });
	await t.notThrowsAsync(() => send({}));
	const { port } = elsewhere.address() as AddressInfo;
	const old = new Date(Date.now() - 301_000).toISOString();
	for (const [more, text] of [
		[{ "paypal-cert-url": `http://127.0.0.1:${port}/cert` }],
		[{ "paypal-cert-url": "https://api.paypal.com.evil.test/cert" }],
		[{ "paypal-cert-url": "http://api.paypal.com/cert" }],
		[{ "paypal-cert-url": "file:///etc/passwd" }],
		[{ "paypal-cert-url": "nonsense" }],
		[{ "paypal-transmission-time": old }],
		[{ "paypal-transmission-time": "soon" }],
		[{ "paypal-transmission-id": "another" }],
		[{ "paypal-transmission-sig": "" }],
		[{ "paypal-auth-algo": "none" }],
		[{}, `${body} `],
	] as [Record<string, string>, string?][]) {
		t.like(await t.throwsAsync(() => send(more, text)), { code: 400, type: "invalid_signature" });
	}
	t.is(requests, 0);
});

test.serial("PayPal's webhooks come five times and shuffled, and the state is the same", async (t) => {
	await till.faults({ webhookRepeat: 5, webhookShuffle: true, webhookDelayMs: 20 });
	const { id, nextAction } = await till.authorize();
	await approve(nextAction!.url);
	await till.ask(resumePayment, { id });
	await till.ask(capturePayment, { id });
	await till.ask(refundPayment, { id, refundId: newId("ref"), amount: usd(5), reason });
	await till.until(async () => {
		const { pending } = (await (await fetch(`${till.providerUrl}/_sandbox/webhook`)).json()) as { pending: number };
		return pending === 0 && till.node.relay.pending() === 0;
	});
	t.true(till.deliveries.every(({ status }) => status === 200));
	t.is((await till.ask(resumePayment, { id })).status, "partially_refunded");
	t.is((await till.ask(paymentLedger, { id })).data.length, 4);
});
