import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { startStripe } from "./index.ts";
import { AUTHORIZE, client, failure, sandbox } from "./testing.ts";

test("the same key and parameters give the first answer again, without a second payment", async (t) => {
	const { stripe, control } = await sandbox(t);
	const first = await stripe.paymentIntents.create(AUTHORIZE, { idempotencyKey: "order-1" });
	const again = await stripe.paymentIntents.create(AUTHORIZE, { idempotencyKey: "order-1" });
	t.deepEqual({ ...again }, { ...first });
	t.is(again.lastResponse.headers["idempotent-replayed"], "true");
	t.is(again.lastResponse.headers["original-request"], first.lastResponse.requestId);
	t.not(again.lastResponse.requestId, first.lastResponse.requestId);
	t.is(first.lastResponse.headers["idempotent-replayed"], undefined);
	t.is(Object.keys((await control("GET", "/state")).body.payment_intents).length, 1);
});

test("a key with other parameters or at another endpoint is an idempotency error", async (t) => {
	const { stripe } = await sandbox(t);
	await stripe.paymentIntents.create(AUTHORIZE, { idempotencyKey: "k" });
	for (const call of [
		stripe.paymentIntents.create({ ...AUTHORIZE, amount: 2000 }, { idempotencyKey: "k" }),
		stripe.customers.create({}, { idempotencyKey: "k" }),
	])
		t.like(await failure(call), { type: "StripeIdempotencyError", statusCode: 400 });
});

test("a decline is kept under its key, a request that fails validation is not", async (t) => {
	const { stripe } = await sandbox(t);
	const declined = { ...AUTHORIZE, payment_method: "pm_card_chargeDeclined" };
	const first = await failure(stripe.paymentIntents.create(declined, { idempotencyKey: "d" }));
	const again = await failure(stripe.paymentIntents.create(declined, { idempotencyKey: "d" }));
	t.is(again.payment_intent?.id, first.payment_intent?.id);
	t.is(again.headers?.["idempotent-replayed"], "true");
	t.is(
		(await failure(stripe.paymentIntents.create({ ...AUTHORIZE, amount: 1 }, { idempotencyKey: "v" }))).statusCode,
		400,
	);
	t.is((await stripe.paymentIntents.create(AUTHORIZE, { idempotencyKey: "v" })).status, "requires_capture");
});

test("a key that is in flight is refused with 409", async (t) => {
	const { stripe, control } = await sandbox(t);
	await control("PUT", "/faults", { delayMs: 1000, path: "/v1/payment_intents" });
	const answers = await Promise.allSettled(
		Array.from({ length: 5 }, () => stripe.paymentIntents.create(AUTHORIZE, { idempotencyKey: "same" })),
	);
	t.is(answers.filter(({ status }) => status === "fulfilled").length, 1);
	for (const answer of answers)
		if (answer.status === "rejected") t.like(answer.reason, { statusCode: 409, code: "idempotency_key_in_use" });
});

test("an answer that was lost is found again by its key", async (t) => {
	const { server, stripe, control } = await sandbox(t);
	await control("PUT", "/faults", { timeoutAfterSuccess: true });
	const options = { idempotencyKey: "lost", timeout: 100 };
	t.is((await failure(stripe.paymentIntents.create(AUTHORIZE, options))).type, "StripeConnectionError");
	await control("DELETE", "/faults");
	const found = await client(server.url).paymentIntents.create(AUTHORIZE, { idempotencyKey: "lost" });
	t.is(found.lastResponse.headers["idempotent-replayed"], "true");
	t.is((await stripe.paymentIntents.list()).data.length, 1);
});

test("keys and payments are there after a restart", async (t) => {
	const dataDir = mkdtempSync(join(tmpdir(), "stripe-"));
	t.teardown(() => rmSync(dataDir, { recursive: true }));
	const before = await startStripe({ dataDir });
	const first = await client(before.url).paymentIntents.create(AUTHORIZE, { idempotencyKey: "k" });
	await before.close();
	const after = await startStripe({ dataDir });
	t.teardown(() => after.close());
	const stripe = client(after.url);
	const again = await stripe.paymentIntents.create(AUTHORIZE, { idempotencyKey: "k" });
	t.is(again.id, first.id);
	t.is((await stripe.paymentIntents.capture(first.id)).status, "succeeded");
});

test("faults answer with a status, with rubbish, at a rate and for a path only", async (t) => {
	const { stripe, control } = await sandbox(t);
	await control("PUT", "/faults", { status: 503, path: "/v1/refunds" });
	t.is((await failure(stripe.refunds.list())).statusCode, 503);
	t.is((await stripe.customers.list()).data.length, 0);
	await control("PUT", "/faults", { rubbish: true });
	t.regex((await failure(stripe.customers.list())).message, /Invalid JSON/);
	await control("PUT", "/faults", { status: 429, rate: 0 });
	t.is((await stripe.customers.list()).data.length, 0);
	t.is((await control("PUT", "/faults", { explode: true })).status, 400);
});
