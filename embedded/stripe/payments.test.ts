import test from "ava";
import type Stripe from "stripe";
import { AUTHORIZE, client, failure, sandbox } from "./testing.ts";

const DIRECT = { ...AUTHORIZE, capture_method: "automatic" } as const;

test("a card is authorized, captured in part, and the rest of the authorization is released", async (t) => {
	const { stripe } = await sandbox(t);
	const intent = await stripe.paymentIntents.create({ ...AUTHORIZE, metadata: { order: "ord_1" } });
	t.like(intent, {
		status: "requires_capture",
		amount_capturable: 1999,
		amount_received: 0,
		metadata: { order: "ord_1" },
	});
	const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1500 }, {
		expand: undefined,
	} as never);
	t.like(captured, { status: "succeeded", amount_capturable: 0, amount_received: 1500 });
	const charge = await stripe.charges.retrieve(intent.latest_charge as string);
	t.like(charge, { amount: 1999, amount_captured: 1500, amount_refunded: 499, captured: true, refunded: false });
	const error = await failure(stripe.paymentIntents.capture(intent.id));
	t.like(error, { type: "StripeInvalidRequestError", statusCode: 400, code: "payment_intent_unexpected_state" });
	t.is(error.payment_intent?.status, "succeeded");
});

test("a payment is captured in several parts when it asked for multicapture", async (t) => {
	const { stripe } = await sandbox(t);
	const plain = await stripe.paymentIntents.create(AUTHORIZE);
	const refused = await failure(
		stripe.paymentIntents.capture(plain.id, { amount_to_capture: 500, final_capture: false }),
	);
	t.is(refused.param, "final_capture");
	const intent = await stripe.paymentIntents.create({
		...AUTHORIZE,
		payment_method_options: { card: { request_multicapture: "if_available" } },
	});
	const first = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 500, final_capture: false });
	t.like(first, { status: "requires_capture", amount_capturable: 1499, amount_received: 500 });
	const second = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 600, final_capture: false });
	t.like(second, { status: "requires_capture", amount_capturable: 899, amount_received: 1100 });
	const more = await failure(stripe.paymentIntents.capture(intent.id, { amount_to_capture: 900 }));
	t.is(more.code, "amount_too_large");
	const rest = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 0 });
	t.like(rest, { status: "succeeded", amount_capturable: 0, amount_received: 1100 });
});

test("an authorization is canceled and can then be neither captured nor confirmed", async (t) => {
	const { stripe } = await sandbox(t);
	const intent = await stripe.paymentIntents.create(AUTHORIZE);
	const canceled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: "requested_by_customer" });
	t.like(canceled, { status: "canceled", amount_capturable: 0, cancellation_reason: "requested_by_customer" });
	t.truthy(canceled.canceled_at);
	for (const call of [
		stripe.paymentIntents.capture(intent.id),
		stripe.paymentIntents.cancel(intent.id),
		stripe.paymentIntents.confirm(intent.id),
	])
		t.is((await failure(call)).code, "payment_intent_unexpected_state");
	t.like(await stripe.charges.retrieve(intent.latest_charge as string), { captured: false, amount_refunded: 1999 });
});

test("an intent without a card waits for one, then for its confirmation", async (t) => {
	const { stripe } = await sandbox(t);
	const intent = await stripe.paymentIntents.create({
		amount: 800,
		currency: "eur",
		allowed_payment_method_types: ["card"],
	});
	t.is(intent.status, "requires_payment_method");
	t.is((await failure(stripe.paymentIntents.confirm(intent.id))).code, "payment_intent_unexpected_state");
	const updated = await stripe.paymentIntents.update(intent.id, { amount: 900, payment_method: "pm_card_amex" });
	t.like(updated, { status: "requires_confirmation", amount: 900 });
	const confirmed = await stripe.paymentIntents.confirm(intent.id, { expand: ["payment_method", "latest_charge"] });
	t.is(confirmed.status, "succeeded");
	t.is((confirmed.payment_method as Stripe.PaymentMethod).card?.brand, "amex");
	t.is((confirmed.latest_charge as Stripe.Charge).amount_captured, 900);
	t.is(
		(await failure(stripe.paymentIntents.update(intent.id, { amount: 1000 }))).code,
		"payment_intent_unexpected_state",
	);
	t.is((await stripe.paymentIntents.update(intent.id, { metadata: { a: "b" } })).metadata.a, "b");
});

const declines: [card: string, code: string, declineCode: string | undefined][] = [
	["pm_card_chargeDeclined", "card_declined", "generic_decline"],
	["pm_card_visa_chargeDeclined", "card_declined", "generic_decline"],
	["pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
	["pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
	["pm_card_chargeDeclinedFraudulent", "card_declined", "fraudulent"],
	["pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"],
	["pm_card_chargeDeclinedExpiredCard", "expired_card", undefined],
	["pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", undefined],
	["pm_card_chargeDeclinedProcessingError", "processing_error", undefined],
];
for (const [card, code, declineCode] of declines)
	test(`${card} is declined with ${declineCode ?? code}, and the intent can be paid with another card`, async (t) => {
		const { stripe } = await sandbox(t);
		const error = await failure(stripe.paymentIntents.create({ ...DIRECT, payment_method: card }));
		t.like(error, { type: "StripeCardError", statusCode: 402, code });
		t.is(error.decline_code || undefined, declineCode);
		const intent = error.payment_intent!;
		t.like(intent, { status: "requires_payment_method", payment_method: null });
		t.is(intent.last_payment_error?.code, code);
		t.is((await stripe.charges.retrieve(error.charge!)).status, "failed");
		const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: "pm_card_visa" });
		t.is(paid.status, "succeeded");
		t.is((await stripe.charges.list({ payment_intent: intent.id })).data.length, 2);
	});

test("a 3-D Secure card sends the customer to the bank's page and back", async (t) => {
	const { stripe } = await sandbox(t);
	const authorize = {
		...AUTHORIZE,
		automatic_payment_methods: undefined,
		payment_method: "pm_card_threeDSecure2Required",
		return_url: "http://shop.test/done?order=1",
	};
	const intent = await stripe.paymentIntents.create(authorize);
	t.is(intent.status, "requires_action");
	const url = intent.next_action!.redirect_to_url!.url!;
	const page = await (await fetch(url)).text();
	t.regex(page, /Complete/);
	t.regex(page, /\$19\.99/);
	const back = await fetch(url, {
		method: "POST",
		body: new URLSearchParams({ outcome: "complete" }),
		redirect: "manual",
	});
	t.is(back.status, 303);
	const location = new URL(back.headers.get("location")!);
	t.is(`${location.origin}${location.pathname}`, "http://shop.test/done");
	t.deepEqual(
		[...location.searchParams],
		[
			["order", "1"],
			["payment_intent", intent.id],
			["payment_intent_client_secret", intent.client_secret],
			["redirect_status", "succeeded"],
		],
	);
	t.is((await stripe.paymentIntents.retrieve(intent.id)).status, "requires_capture");
});

test("a failed 3-D Secure challenge leaves the intent unpaid", async (t) => {
	const { stripe, control } = await sandbox(t);
	const intent = await stripe.paymentIntents.create({ ...AUTHORIZE, payment_method: "pm_card_authenticationRequired" });
	t.is(intent.next_action?.type, "use_stripe_sdk");
	t.is((await control("POST", `/3ds/${intent.id}`, { outcome: "later" })).status, 400);
	await control("POST", `/3ds/${intent.id}`, { outcome: "fail" });
	const after = await stripe.paymentIntents.retrieve(intent.id);
	t.like(after, { status: "requires_payment_method", latest_charge: null });
	t.is(after.last_payment_error?.code, "payment_intent_authentication_failure");
	t.is((await control("POST", `/3ds/${intent.id}`, { outcome: "complete" })).status, 409);
});

test("a card that needs its customer is declined when the customer is away, unless it was set up", async (t) => {
	const { stripe } = await sandbox(t);
	const away = { ...DIRECT, off_session: true };
	const error = await failure(
		stripe.paymentIntents.create({ ...away, payment_method: "pm_card_authenticationRequired" }),
	);
	t.like(error, { statusCode: 402, code: "authentication_required" });
	const customer = await stripe.customers.create({ email: "a@shop.test" });
	const kept = await stripe.paymentMethods.attach("pm_card_authenticationRequiredOnSetup", { customer: customer.id });
	const paid = await stripe.paymentIntents.create({ ...away, customer: customer.id, payment_method: kept.id });
	t.is(paid.status, "succeeded");
});

test("refunds add up to what was captured and not a cent more", async (t) => {
	const { stripe } = await sandbox(t);
	const held = await stripe.paymentIntents.create(AUTHORIZE);
	t.is((await failure(stripe.refunds.create({ payment_intent: held.id }))).code, "charge_not_refundable");
	const { id } = await stripe.paymentIntents.create(DIRECT);
	const first = await stripe.refunds.create({ payment_intent: id, amount: 999, metadata: { return: "r1" } });
	t.like(first, { amount: 999, status: "succeeded", payment_intent: id, metadata: { return: "r1" } });
	const over = await failure(stripe.refunds.create({ payment_intent: id, amount: 1001 }));
	t.is(over.message, "Refund amount ($10.01) is greater than unrefunded amount on charge ($10.00)");
	await stripe.refunds.create({ charge: first.charge as string });
	t.is((await failure(stripe.refunds.create({ payment_intent: id }))).code, "charge_already_refunded");
	const list = await stripe.refunds.list({ payment_intent: id });
	t.deepEqual(
		list.data.map(({ amount }) => amount),
		[1000, 999],
	);
	t.is((await stripe.balance.retrieve()).available[0]?.amount, 0);
});

test("requests are refused as Stripe refuses them", async (t) => {
	const { server, stripe } = await sandbox(t);

	const cases: [Promise<unknown>, object][] = [
		[stripe.paymentIntents.create({ amount: 1, currency: "usd" }), { code: "amount_too_small", param: "amount" }],
		[stripe.paymentIntents.create({ amount: 1.5, currency: "usd" }), { code: "parameter_invalid_integer" }],
		[stripe.paymentIntents.create({ currency: "usd" } as never), { code: "parameter_missing", param: "amount" }],
		[stripe.paymentIntents.create({ amount: 100, currency: "zzz" }), { param: "currency" }],
		[stripe.paymentIntents.create({ ...DIRECT, price: 1 } as never), { code: "parameter_unknown", param: "price" }],
		[stripe.paymentIntents.create({ ...DIRECT, transfer_data: { destination: "x" } }), { param: "transfer_data" }],
		[stripe.paymentIntents.create({ ...DIRECT, automatic_payment_methods: undefined }), { param: "return_url" }],
		[stripe.paymentIntents.create({ ...DIRECT, payment_method: "pm_none" }), { code: "resource_missing" }],
		[stripe.paymentIntents.retrieve("pi_none"), { statusCode: 404, code: "resource_missing" }],
		[
			stripe.paymentMethods.create({
				type: "card",
				card: { number: "4242424242424242", exp_month: 1, exp_year: 2040 },
			}),
			{ statusCode: 402, message: /raw card data/ },
		],
		[
			stripe.subscriptions.list(),
			{ statusCode: 404, message: /Unrecognized request URL \(GET: \/v1\/subscriptions\)/ },
		],
		[client(server.url, "sk_live_1").balance.retrieve(), { statusCode: 401, type: "StripeAuthenticationError" }],
		[client(server.url, "pk_test_1").balance.retrieve(), { statusCode: 403, code: "secret_key_required" }],
	];
	for (const [call, { message, ...expected }] of cases as [Promise<unknown>, { message?: RegExp }][]) {
		const error = await failure(call);
		t.like(error, { statusCode: 400, ...expected }, error.message);
		if (message) t.regex(error.message, message);
		t.regex(error.requestId ?? "", /^req_/);
	}
	t.is((await fetch(`${server.url}/v1/balance`)).status, 401);
});
