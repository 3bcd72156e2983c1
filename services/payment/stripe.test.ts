import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "ava";
import { configure } from "../../runtime/config.ts";
import { newId } from "../../runtime/ids.ts";
import {
	authorizePayment,
	capturePayment,
	getPayment,
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
	till = await openTill();
});
test.afterEach.always(() => till.faults());
test.after.always(() => till.close());

interface AtStripe {
	id: string;
	status: string;
	amount_received: number;
	metadata: Record<string, string>;
}

/** What Stripe itself holds for a payment. */
async function atStripe(payment: string, collection = "payment_intents") {
	const answer = await fetch(`${till.providerUrl}/v1/${collection}?limit=100`, {
		headers: { authorization: "Bearer sk_test_till" },
	});
	const { data } = (await answer.json()) as { data: AtStripe[] };
	return data.filter(({ metadata }) => metadata.payment === payment);
}

const changesOf = (id: string) => till.changes.filter(({ paymentId }) => paymentId === id).map(({ status }) => status);

const sum = (entries: { amount: number }[]) => entries.reduce((total, { amount }) => total + amount, 0);

test.serial("a card is authorized, captured and refunded in two parts, and the ledger sums to zero", async (t) => {
	const { id, status, captured } = await till.authorize();
	t.is(status, "authorized");
	t.deepEqual(captured, usd(0));
	t.is((await till.ask(capturePayment, { id })).status, "captured");
	t.is((await till.ask(capturePayment, { id })).version, 3);
	const part = await till.ask(refundPayment, { id, refundId: newId("ref"), amount: usd(999), reason });
	t.is(part.status, "partially_refunded");
	const all = await till.ask(refundPayment, { id, refundId: newId("ref"), amount: usd(1000), reason });
	t.is(all.status, "refunded");
	t.deepEqual(all.refunded, usd(1999));
	const { data } = await till.ask(paymentLedger, { id });
	t.is(data.length, 6);
	t.is(sum(data), 0);
	t.is(sum(data.filter(({ account }) => account === "cash:stripe")), 0);
	t.is(new Set(data.map((entry) => entry.id)).size, 6);
	const [intent] = await atStripe(id);
	t.is(intent?.amount_received, 1999);
});

test.serial("a declined card is a failed payment with the issuer's reason", async (t) => {
	const { status, failure, id } = await till.authorize({
		paymentMethod: "pm_card_chargeDeclinedInsufficientFunds",
	});
	t.is(status, "failed");
	t.deepEqual(failure, {
		code: "card_declined",
		message: "Your card has insufficient funds.",
		declineCode: "insufficient_funds",
	});
	t.is((await till.authorize({ paymentMethod: "pm_nonsense" })).status, "failed");
	t.is((await till.authorize({ paymentMethod: null })).failure?.code, "payment_method_missing");
	const error = await t.throwsAsync(() => till.ask(capturePayment, { id }));
	t.like(error, { type: "transition_not_allowed", data: { status: "failed", allowed: [] } });
	t.is((await till.ask(voidPayment, { id })).status, "failed");
});

test.serial("the same authorization asked for twenty times at once is one payment", async (t) => {
	const id = newId("pay");
	const orderId = newId("ord");
	const states = await Promise.all(Array.from({ length: 20 }, () => till.authorize({ id, orderId })));
	t.true(states.every((state) => state.status === "authorized" && state.version === 2));
	const captures = await Promise.all(Array.from({ length: 10 }, () => till.ask(capturePayment, { id })));
	t.true(captures.every((state) => state.captured.amount === 1999));
	t.is((await atStripe(id)).length, 1);
	t.is((await till.ask(paymentLedger, { id })).data.length, 2);
});

test.serial("a payment that needs 3-D Secure sends the buyer to a page and goes on from there", async (t) => {
	const { id, status, nextAction } = await till.authorize({ paymentMethod: "pm_card_threeDSecure2Required" });
	t.is(status, "requires_action");
	t.is((await till.ask(resumePayment, { id })).status, "requires_action");
	await decide(nextAction!.url, "complete");
	const resumed = await till.ask(resumePayment, { id });
	t.is(resumed.status, "authorized");
	t.is(resumed.nextAction, null);
	t.is((await till.ask(capturePayment, { id })).status, "captured");
});

test.serial("a buyer who fails 3-D Secure and never comes back is told of by the webhook", async (t) => {
	const { id, nextAction } = await till.authorize({ paymentMethod: "pm_card_threeDSecure2Required" });
	await decide(nextAction!.url, "fail");
	await till.until(() => till.changes.find((change) => change.paymentId === id));
	t.deepEqual(changesOf(id), ["failed"]);
	const { failure } = await till.ask(resumePayment, { id });
	t.is(failure?.code, "payment_intent_authentication_failure");
});

test.serial("an authorization is voided, and what was captured is not", async (t) => {
	const { id } = await till.authorize();
	t.is((await till.ask(voidPayment, { id })).status, "voided");
	t.is((await till.ask(voidPayment, { id })).status, "voided");
	t.is((await atStripe(id))[0]?.status, "canceled");
	const other = await till.authorize();
	await till.ask(capturePayment, { id: other.id });
	t.is((await till.ask(voidPayment, { id: other.id })).status, "captured");
	const waiting = await till.authorize({ paymentMethod: "pm_card_threeDSecure2Required" });
	t.is((await till.ask(voidPayment, { id: waiting.id })).status, "voided");
});

test.serial("an authorization that comes after its void finds the payment over", async (t) => {
	const id = newId("pay");
	t.is((await till.ask(voidPayment, { id })).status, "voided");
	t.is((await till.authorize({ id })).status, "voided");
	t.is((await atStripe(id)).length, 0);
});

test.serial(
	"what was asked when the answer was lost is asked with the same key again, and has one effect",
	async (t) => {
		const { id } = await till.authorize();
		await till.ask(capturePayment, { id });
		const late = { id: newId("pay"), orderId: newId("ord") };
		const refund = () => till.ask(refundPayment, { id, refundId: "ref_lost", amount: usd(500), reason });
		await till.faults({ timeoutAfterSuccess: true });
		await Promise.allSettled([till.authorize(late), refund()]);
		await till.faults();
		t.is((await till.authorize(late)).status, "authorized");
		t.is((await refund()).refunded.amount, 500);
		t.is((await atStripe(late.id)).length, 1);
		t.is((await atStripe(id, "refunds")).length, 1);
	},
);

test.serial("rubbish and failures of the provider leave the payment as it was", async (t) => {
	const id = newId("pay");
	const orderId = newId("ord");
	for (const faults of [{ rubbish: true }, { status: 500 }, { status: 429 }]) {
		await till.faults({ ...faults, path: "/v1/payment_intents" });
		const error = await t.throwsAsync(() => till.authorize({ id, orderId }));
		t.like(error, { type: "provider_failed" });
	}
	await till.faults();
	t.is((await till.authorize({ id, orderId })).status, "authorized");
	await till.faults({ status: 503, path: "/v1/payment_intents" });
	t.like(await t.throwsAsync(() => till.ask(capturePayment, { id })), { type: "provider_failed" });
	await till.faults();
	t.is((await till.ask(capturePayment, { id })).status, "captured");
	t.is((await atStripe(id)).length, 1);
});

test.serial("two refunds of 60 of a payment of 100 at once: one is made, one is refused", async (t) => {
	const { id } = await till.authorize({ amount: usd(10_000) });
	await t.throwsAsync(() => till.ask(refundPayment, { id, refundId: newId("ref"), amount: usd(1), reason }), {
		message: /authorized cannot become/,
	});
	await till.ask(capturePayment, { id });
	const results = await Promise.allSettled(
		[1, 2].map(() => till.ask(refundPayment, { id, refundId: newId("ref"), amount: usd(6_000), reason })),
	);
	t.deepEqual(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
	const refused = results.find((result) => result.status === "rejected");
	t.like(refused?.reason, { type: "refund_exceeds_payment", data: { refundable: usd(4_000) } });
	t.is((await atStripe(id, "refunds")).length, 1);
});

test.serial("a refund asked for again is the same refund", async (t) => {
	const { id } = await till.authorize();
	await till.ask(capturePayment, { id });
	const refundId = newId("ref");
	const again = () => till.ask(refundPayment, { id, refundId, amount: usd(500), reason });
	t.is((await again()).refunded.amount, 500);
	t.is((await again()).refunded.amount, 500);
	t.is((await atStripe(id, "refunds")).length, 1);
	await t.throwsAsync(() => till.ask(refundPayment, { id, refundId, amount: usd(501), reason }));
	await t.throwsAsync(
		() => till.ask(refundPayment, { id, refundId: newId("ref"), amount: { amount: 1, currency: "EUR" }, reason }),
		{ message: /currency/ },
	);
});

test.serial("a refund that the bank returns is taken back in the ledger", async (t) => {
	const { id } = await till.authorize({ paymentMethod: "pm_card_refundFail" });
	await till.ask(capturePayment, { id });
	t.is((await till.ask(refundPayment, { id, refundId: newId("ref"), amount: usd(1999), reason })).status, "refunded");
	await till.until(() => changesOf(id).includes("captured"));
	const { data } = await till.ask(paymentLedger, { id });
	t.is(data.length, 6);
	t.is(sum(data.filter(({ account }) => account === "cash:stripe")), 1999);
});

test.serial("a refund made in the provider's own dashboard is taken up", async (t) => {
	const { id } = await till.authorize();
	await till.ask(capturePayment, { id });
	const [intent] = await atStripe(id);
	await fetch(`${till.providerUrl}/v1/refunds`, {
		method: "POST",
		headers: { authorization: "Bearer sk_test_till", "content-type": "application/x-www-form-urlencoded" },
		body: `payment_intent=${intent?.id}&amount=300`,
	});
	await till.until(() => changesOf(id).includes("partially_refunded"));
	t.is((await till.ask(resumePayment, { id })).refunded.amount, 300);
});

test.serial("webhooks that come five times, late and shuffled end in the same state", async (t) => {
	await till.faults({ webhookRepeat: 5, webhookShuffle: true, webhookDelayMs: 20 });
	const { id } = await till.authorize();
	await till.ask(capturePayment, { id });
	await till.ask(refundPayment, { id, refundId: newId("ref"), amount: usd(999), reason });
	await till.until(async () => {
		const { pending } = (await (await fetch(`${till.providerUrl}/_sandbox/webhook`)).json()) as { pending: number };
		return pending === 0 && till.node.relay.pending() === 0;
	});
	const deliveries = till.deliveries.filter(({ body }) => body.includes(id));
	t.true(deliveries.length >= 25);
	t.true(deliveries.every(({ status }) => status === 200));
	await till.faults();
	t.deepEqual(changesOf(id), []);
	const state = await till.ask(resumePayment, { id });
	t.is(state.status, "partially_refunded");
	t.is((await till.ask(paymentLedger, { id })).data.length, 4);
});

test.serial("a webhook that is forged, changed or 301 seconds old is refused", async (t) => {
	await till.authorize();
	const { body, headers } = await till.until(() => till.deliveries[0]);
	const send = (text: string, signature: string) =>
		till.ask(paymentWebhook, { provider: "stripe", body: text, headers: { "stripe-signature": signature }, url: "" });
	const signed = headers["stripe-signature"]!;
	await t.notThrowsAsync(() => send(body, signed));
	const signedAt = (at: number, secret: string) =>
		`t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`;
	const now = Math.floor(Date.now() / 1000);
	for (const [text, signature] of [
		[body.replace("evt_", "evt_x"), signed],
		[body, ""],
		[body, signedAt(now, "whsec_other")],
		[body, signedAt(now - 301, "whsec_till")],
	] as const) {
		t.like(await t.throwsAsync(() => send(text, signature)), { code: 400, type: "invalid_signature" });
	}
	await t.notThrowsAsync(() => send(body, signedAt(now - 290, "whsec_till")));
	// Where no secret is set, anybody can sign with none.
	configure({ ...till.node.settings, STRIPE_WEBHOOK_SECRET: "" });
	t.teardown(() => configure(till.node.settings));
	t.like(await t.throwsAsync(() => send(body, signedAt(now, ""))), { code: 400, type: "invalid_signature" });
});

test.serial("a payment is shown to its person, to the order's token and to staff, and to nobody else", async (t) => {
	const tokenHash = createHash("sha256").update("guest-token").digest("hex");
	const { id } = await till.authorize({ userId: "usr_1", tokenHash });
	for (const meta of [{ userId: "usr_1" }, { orderToken: "guest-token" }, { scopes: ["orders:read"] }]) {
		const { status, currency } = await till.ask(getPayment, { id }, meta);
		t.is(status, "authorized");
		t.is(currency, "USD");
	}
	for (const meta of [{}, { userId: "usr_2" }, { orderToken: "guess" }, { scopes: ["catalog:read"] }]) {
		t.like(await t.throwsAsync(() => till.ask(getPayment, { id }, meta)), { code: 404 });
	}
	t.like(await t.throwsAsync(() => till.ask(getPayment, { id: "pay_none" }, {})), { code: 404 });
});

test.serial("an order that costs nothing is paid without a provider", async (t) => {
	const { id, status } = await till.authorize({ amount: usd(0), paymentMethod: null });
	t.is(status, "authorized");
	t.is((await till.ask(capturePayment, { id })).status, "captured");
	t.is((await atStripe(id)).length, 0);
	t.is((await till.ask(voidPayment, { id: (await till.authorize({ amount: usd(0) })).id })).status, "voided");
});

async function decide(page: string, outcome: "complete" | "fail") {
	const answer = await fetch(page, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ outcome }),
	});
	if (!answer.ok) throw new Error(await answer.text());
}

test.serial("a payment id is authorized once even when its parameters differ", async (t) => {
	const { id } = await till.authorize();
	const again = await till.ask(authorizePayment, {
		id,
		orderId: newId("ord"),
		orderNumber: "2",
		userId: null,
		tokenHash: null,
		provider: "stripe",
		amount: usd(5),
		paymentMethod: "pm_card_visa",
		returnUrl: null,
	});
	t.is(again.amount.amount, 1999);
});

test.serial("a provider that holds another amount than it was asked for is told to let it go", async (t) => {
	const liar = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const answer = await fetch(till.providerUrl + request.url, {
			method: request.method!,
			headers: { authorization: request.headers.authorization!, "content-type": request.headers["content-type"] ?? "" },
			...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
		});
		response.writeHead(answer.status, { "content-type": "application/json" });
		response.end((await answer.text()).replaceAll(/"(amount|amount_received)":1999/g, '"$1":1998'));
	});
	await new Promise<void>((resolve) => liar.listen(0, "127.0.0.1", resolve));
	const { settings } = till.node;
	configure({ ...settings, STRIPE_API_URL: `http://127.0.0.1:${(liar.address() as AddressInfo).port}` });
	openProviders();
	t.teardown(() => {
		configure(settings);
		openProviders();
		liar.close();
		liar.closeAllConnections();
	});
	const { id, status, failure } = await till.authorize();
	t.is(status, "failed");
	t.is(failure?.code, "amount_mismatch");
	t.is((await atStripe(id))[0]?.status, "canceled");
	t.is((await till.ask(paymentLedger, { id })).data.length, 0);
});

test.serial("a provider that keeps failing is spared, and the answer comes at once", async (t) => {
	const { id } = await till.authorize();
	await till.faults({ rubbish: true });
	for (let i = 0; i < 5; i++) await t.throwsAsync(() => till.ask(capturePayment, { id }));
	const error = await t.throwsAsync(() => till.authorize());
	t.like(error, { type: "unavailable" });
});
