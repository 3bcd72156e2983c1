import test from "ava";
import { type Specification, specification } from "../testing/openapi.ts";
import { AUTHORIZE, failure, sandbox } from "./testing.ts";

const spec = specification("stripe_spec3.json.gz");
const judged = spec ? test : test.skip;
if (!spec)
	console.log(
		"Stripe's OpenAPI document (shared/data/providers/stripe_spec3.json.gz) is not there: its test is skipped.",
	);

/** Calls the stand-in and holds each answer against the document. */
async function judge(url: string, against: Specification) {
	const faults: string[] = [];
	const call = async (method: string, template: string, id?: string, params: Record<string, string> = {}) => {
		const path = template.replace(/\{\w+\}/, id ?? "");
		const form = new URLSearchParams(params);
		const response = await fetch(`${url}${path}${method === "GET" ? `?${form}` : ""}`, {
			method,
			headers: { authorization: "Bearer sk_test_1" },
			...(method === "POST" ? { body: form } : {}),
		});
		const body = (await response.json()) as Record<string, never> & { id: string };
		const found = against.faults(method, template, response.status, body);
		faults.push(...found.map((fault) => `${method} ${path} ${response.status}: ${fault}`));
		return body;
	};
	return { faults, call };
}

judged("every answer is as Stripe's OpenAPI document says", async (t) => {
	const { server, control } = await sandbox(t);
	const { faults, call } = await judge(server.url, spec!);
	const INTENTS = "/v1/payment_intents";
	const authorize = {
		amount: "1999",
		currency: "usd",
		capture_method: "manual",
		confirm: "true",
		payment_method: "pm_card_visa",
		return_url: "http://shop.test/done",
		"metadata[order]": "ord_1",
		"shipping[name]": "Ada",
		"shipping[address][line1]": "1 Main St",
	};
	const customer = await call("POST", "/v1/customers", undefined, {
		email: "ada@shop.test",
		"address[city]": "Berlin",
	});
	await call("GET", "/v1/customers/{customer}", customer.id);
	await call("POST", "/v1/customers/{customer}", customer.id, { name: "Ada" });
	await call("GET", "/v1/customers");
	const method = await call("POST", "/v1/payment_methods", undefined, { type: "card", "card[token]": "tok_visa" });
	await call("POST", "/v1/payment_methods/{payment_method}/attach", method.id, { customer: customer.id });
	await call("GET", "/v1/payment_methods", undefined, { customer: customer.id });
	await call("GET", "/v1/payment_methods/{payment_method}", method.id);
	const intent = await call("POST", INTENTS, undefined, {
		...authorize,
		customer: customer.id,
		payment_method: method.id,
	});
	for (const expand of ["latest_charge", "customer", "payment_method"])
		await call("GET", `${INTENTS}/{intent}`, intent.id, { "expand[]": expand });
	await call("POST", `${INTENTS}/{intent}/capture`, intent.id, { amount_to_capture: "1000" });
	const refund = await call("POST", "/v1/refunds", undefined, { payment_intent: intent.id, amount: "300" });
	await call("GET", "/v1/refunds/{refund}", refund.id);
	await call("GET", "/v1/refunds", undefined, { payment_intent: intent.id });
	await call("GET", "/v1/charges/{charge}", (intent as unknown as { latest_charge: string }).latest_charge, {
		"expand[]": "refunds",
	});
	await call("GET", "/v1/charges", undefined, { payment_intent: intent.id });
	const challenged = await call("POST", INTENTS, undefined, {
		...authorize,
		payment_method: "pm_card_threeDSecure2Required",
	});
	await control("POST", `/3ds/${challenged.id}`, { outcome: "fail" });
	await call("GET", `${INTENTS}/{intent}`, challenged.id);
	await call("POST", `${INTENTS}/{intent}/confirm`, challenged.id, {
		payment_method: "pm_card_visa",
		return_url: "http://a.test",
	});
	await call("POST", `${INTENTS}/{intent}/cancel`, challenged.id);
	await call("POST", `${INTENTS}/{intent}/capture`, challenged.id);
	await call("POST", INTENTS, undefined, { ...authorize, payment_method: "pm_card_chargeDeclined" });
	await call("POST", INTENTS, undefined, { amount: "x" });
	const bare = await call("POST", INTENTS, undefined, { amount: "500", currency: "eur" });
	await call("POST", `${INTENTS}/{intent}`, bare.id, { description: "tea" });
	const disputed = await call("POST", INTENTS, undefined, {
		...authorize,
		capture_method: "automatic",
		payment_method: "pm_card_createDispute",
	});
	t.truthy(disputed.id);
	await call("POST", INTENTS, undefined, { ...authorize, payment_method: "pm_card_pendingRefund" });
	const disputes = (await call("GET", "/v1/disputes")) as unknown as { data: { id: string }[] };
	await call("GET", "/v1/disputes/{dispute}", disputes.data[0]!.id);
	await call("GET", INTENTS, undefined, { limit: "3" });
	await call("GET", `${INTENTS}/search`, undefined, { query: "metadata['order']:'ord_1'", limit: "2" });
	await call("GET", "/v1/balance");
	const events = (await call("GET", "/v1/events", undefined, { limit: "100" })) as unknown as {
		data: { id: string }[];
	};
	await call("GET", "/v1/events/{id}", events.data[0]!.id);
	const hook = await call("POST", "/v1/webhook_endpoints", undefined, {
		url: "http://127.0.0.1:9/x",
		"enabled_events[]": "charge.failed",
	});
	await call("GET", "/v1/webhook_endpoints");
	await call("DELETE", "/v1/webhook_endpoints/{webhook_endpoint}", hook.id);
	await call("POST", "/v1/payment_methods/{payment_method}/detach", method.id);
	await call("DELETE", "/v1/customers/{customer}", customer.id);
	await call("GET", "/v1/customers/{customer}", customer.id);
	t.deepEqual(faults, []);
});

judged("the object of every event is as Stripe's OpenAPI document says", async (t) => {
	const { stripe } = await sandbox(t);
	const held = await stripe.paymentIntents.create(AUTHORIZE);
	await stripe.paymentIntents.cancel(held.id);
	await failure(stripe.paymentIntents.create({ ...AUTHORIZE, payment_method: "pm_card_chargeDeclined" }));
	const disputed = await stripe.paymentIntents.create({ ...AUTHORIZE, payment_method: "pm_card_createDispute" });
	await stripe.paymentIntents.capture(disputed.id);
	const { data } = await stripe.events.list({ limit: 100 });
	t.true(data.length > 10);
	for (const { data: told, type } of data)
		t.deepEqual(spec!.faultsAs((told.object as { object: string }).object, told.object), [], type);
});
