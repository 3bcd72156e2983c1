import test from "ava";
import type { HttpRequest } from "../http.ts";
import { receiver } from "../testing/receiver.ts";
import { AUTHORIZE, failure, sandbox } from "./testing.ts";

const SECRET = "whsec_test";
const typeOf = (request: HttpRequest): string => JSON.parse(request.raw.toString()).type;
const types = (received: HttpRequest[]) => received.map(typeOf).sort();

test("a payment tells its story in webhooks that the SDK verifies", async (t) => {
	const { stripe, control } = await sandbox(t);
	const hook = await receiver(t);
	await control("PUT", "/webhook", { url: hook.url, secret: SECRET });
	const intent = await stripe.paymentIntents.create(AUTHORIZE, { idempotencyKey: "key-1" });
	await stripe.paymentIntents.capture(intent.id);
	await stripe.refunds.create({ payment_intent: intent.id, amount: 500 });
	await hook.until(({ length }) => length === 7);
	t.deepEqual(types(hook.received), [
		"charge.captured",
		"charge.refunded",
		"charge.succeeded",
		"payment_intent.amount_capturable_updated",
		"payment_intent.created",
		"payment_intent.succeeded",
		"refund.created",
	]);
	for (const { raw, headers } of hook.received) {
		const event = stripe.webhooks.constructEvent(raw, headers["stripe-signature"]!, SECRET);
		t.deepEqual(await stripe.events.retrieve(event.id).then(({ type, data }) => ({ type, data })), {
			type: event.type,
			data: event.data,
		});
		t.throws(() => stripe.webhooks.constructEvent(raw, headers["stripe-signature"]!, "whsec_other"));
	}
	const created = hook.received.find((request) => typeOf(request) === "payment_intent.created")!;
	t.is(JSON.parse(created.raw.toString()).request.idempotency_key, "key-1");
	t.is((await stripe.events.list({ type: "payment_intent.*" })).data.length, 3);
	t.is((await stripe.events.list({ limit: 2 })).has_more, true);
});

test("a decline, a challenge and a cancellation are told too", async (t) => {
	const { stripe, control } = await sandbox(t);
	await failure(stripe.paymentIntents.create({ ...AUTHORIZE, payment_method: "pm_card_chargeDeclined" }));
	const challenged = await stripe.paymentIntents.create({
		...AUTHORIZE,
		payment_method: "pm_card_threeDSecure2Required",
	});
	await control("POST", `/3ds/${challenged.id}`, { outcome: "complete" });
	await stripe.paymentIntents.cancel(challenged.id);
	const events = await stripe.events.list({ limit: 100 });
	t.deepEqual(events.data.map(({ type }) => type).reverse(), [
		"payment_intent.created",
		"charge.failed",
		"payment_intent.payment_failed",
		"payment_intent.created",
		"payment_intent.requires_action",
		"charge.succeeded",
		"payment_intent.amount_capturable_updated",
		"charge.refunded",
		"payment_intent.canceled",
	]);
});

test("the dispute card's charge is disputed and cannot be refunded", async (t) => {
	const { stripe } = await sandbox(t);
	const intent = await stripe.paymentIntents.create({ ...AUTHORIZE, payment_method: "pm_card_createDispute" });
	await stripe.paymentIntents.capture(intent.id);
	const [event] = (await stripe.events.list({ type: "charge.dispute.created" })).data;
	t.like(event?.data.object, {
		payment_intent: intent.id,
		reason: "fraudulent",
		status: "needs_response",
		amount: 1999,
	});
	t.is((await failure(stripe.refunds.create({ payment_intent: intent.id }))).code, "charge_disputed");
});

test("a refund can stay pending and succeed later, or fail after all", async (t) => {
	const { stripe, control } = await sandbox(t);
	const hook = await receiver(t);
	await control("PUT", "/webhook", { url: hook.url, secret: SECRET, events: ["refund.updated", "refund.failed"] });
	const pay = { ...AUTHORIZE, capture_method: "automatic" } as const;
	const slow = await stripe.paymentIntents.create({ ...pay, payment_method: "pm_card_pendingRefund" });
	const pending = await stripe.refunds.create({ payment_intent: slow.id });
	t.is(pending.status, "pending");
	const broken = await stripe.paymentIntents.create({ ...pay, payment_method: "pm_card_refundFail" });
	const failing = await stripe.refunds.create({ payment_intent: broken.id });
	t.is(failing.status, "succeeded");
	await hook.until(({ length }) => length === 3);
	t.is((await stripe.refunds.retrieve(pending.id)).status, "succeeded");
	t.is((await stripe.refunds.retrieve(failing.id)).status, "failed");
	t.is((await stripe.charges.retrieve(failing.charge as string)).amount_refunded, 0);
});

test("a registered endpoint gets the types it asked for, signed with the secret it was given", async (t) => {
	const { stripe } = await sandbox(t);
	const hook = await receiver(t);
	const endpoint = await stripe.webhookEndpoints.create({ url: hook.url, enabled_events: ["payment_intent.created"] });
	await stripe.paymentIntents.create(AUTHORIZE);
	await hook.until(({ length }) => length === 1);
	const [{ raw, headers }] = hook.received as [HttpRequest];
	t.is(
		stripe.webhooks.constructEvent(raw, headers["stripe-signature"]!, endpoint.secret!).type,
		"payment_intent.created",
	);
	const [listed] = (await stripe.webhookEndpoints.list()).data;
	t.is(listed?.id, endpoint.id);
	t.is(listed?.secret, undefined);
	await stripe.webhookEndpoints.del(endpoint.id);
	t.is((await stripe.webhookEndpoints.list()).data.length, 0);
});

test("a webhook that fails is sent again until it is taken", async (t) => {
	const { stripe, control } = await sandbox(t);
	let failures = 2;
	const hook = await receiver(t, () => (failures-- > 0 ? 500 : 200));
	await control("PUT", "/webhook", { url: hook.url, secret: SECRET, events: ["payment_intent.created"] });
	await stripe.paymentIntents.create(AUTHORIZE);
	await hook.until(({ length }) => length === 3);
	t.is(new Set(hook.received.map(({ raw }) => raw.toString())).size, 1);
});

test("webhooks can be told to come late, several times and in any order", async (t) => {
	const { stripe, control } = await sandbox(t);
	const hook = await receiver(t);
	await control("PUT", "/webhook", { url: hook.url, secret: SECRET, events: ["payment_intent.created"] });
	await control("PUT", "/faults", { webhookDelayMs: 100, webhookRepeat: 3, webhookShuffle: true });
	const begun = Date.now();
	await stripe.paymentIntents.create(AUTHORIZE);
	await hook.until(({ length }) => length === 3);
	t.true(Date.now() - begun >= 100);
});
