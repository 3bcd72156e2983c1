import { ApiError, CheckoutPaymentIntent, type OrderRequest } from "@paypal/paypal-server-sdk";
import test from "ava";
import { client, sandbox } from "./testing.ts";

const unit = (value = "19.99", currencyCode = "USD") => ({ amount: { currencyCode, value } });
const order = (intent: CheckoutPaymentIntent, value?: string, currencyCode?: string): OrderRequest => ({
	intent,
	purchaseUnits: [{ ...unit(value, currencyCode), customId: "ord_1" }],
	applicationContext: { returnUrl: "http://shop.test/done?o=1", cancelUrl: "http://shop.test/cart" },
});
const AUTHORIZE = order(CheckoutPaymentIntent.Authorize);
const CAPTURE = order(CheckoutPaymentIntent.Capture);
const FULL = "return=representation";

/** The status and issue of a call that must fail. */
async function issueOf(call: Promise<unknown>): Promise<[status: number, name: string, issue: string | undefined]> {
	try {
		await call;
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		const { name, details, debug_id } = JSON.parse(error.body as string);
		if (!debug_id) throw new Error("The error has no debug_id.");
		return [error.statusCode, name, details?.[0]?.issue];
	}
	throw new Error("The call succeeded.");
}

test("an order is approved, authorized, captured in parts and refunded through PayPal's own SDK", async (t) => {
	const { orders, payments, control } = await sandbox(t);
	const { result: created, statusCode } = await orders.createOrder({ body: AUTHORIZE });
	t.is(statusCode, 201);
	t.deepEqual(Object.keys(created).sort(), ["id", "links", "status"]);
	t.is(String(created.status), "CREATED");
	t.truthy(created.links?.find(({ rel }) => rel === "approve"));
	const id = created.id!;
	t.deepEqual(await issueOf(orders.authorizeOrder({ id })), [422, "UNPROCESSABLE_ENTITY", "ORDER_NOT_APPROVED"]);
	await control("POST", `/approve/${id}`);
	t.is(String((await orders.getOrder({ id })).result.status), "APPROVED");
	const { result: authorized } = await orders.authorizeOrder({ id });
	t.is(String(authorized.status), "COMPLETED");
	const authorization = authorized.purchaseUnits![0]!.payments!.authorizations![0]!;
	t.like(authorization, { status: "CREATED", customId: "ord_1" });
	t.is(authorization.amount?.value, "19.99");
	t.deepEqual(await issueOf(orders.authorizeOrder({ id })), [422, "UNPROCESSABLE_ENTITY", "ORDER_ALREADY_AUTHORIZED"]);

	const authorizationId = authorization.id!;
	const part = { amount: { currencyCode: "USD", value: "10.00" } };
	const first = await payments.captureAuthorizedPayment({ authorizationId, body: part, prefer: FULL });
	t.like(first.result, { status: "COMPLETED", finalCapture: false });
	t.is(first.result.sellerReceivableBreakdown?.netAmount?.value, "9.16");
	t.is(String((await payments.getAuthorizedPayment({ authorizationId })).result.status), "PARTIALLY_CAPTURED");
	const over = { amount: { currencyCode: "USD", value: "12.99" } };
	t.is(
		(await issueOf(payments.captureAuthorizedPayment({ authorizationId, body: over })))[2],
		"MAX_CAPTURE_AMOUNT_EXCEEDED",
	);
	const rest = await payments.captureAuthorizedPayment({ authorizationId, body: { finalCapture: true }, prefer: FULL });
	t.is(rest.result.amount?.value, "9.99");
	t.is(String((await payments.getAuthorizedPayment({ authorizationId })).result.status), "CAPTURED");
	t.is((await issueOf(payments.captureAuthorizedPayment({ authorizationId })))[2], "AUTHORIZATION_ALREADY_CAPTURED");
	t.is((await issueOf(payments.voidPayment({ authorizationId })))[2], "PREVIOUSLY_CAPTURED");

	const captureId = first.result.id!;
	const refund = { amount: { currencyCode: "USD", value: "4.00" }, noteToPayer: "one came broken" };
	const refunded = await payments.refundCapturedPayment({ captureId, body: refund, prefer: FULL });
	t.like(refunded.result, { status: "COMPLETED", noteToPayer: "one came broken" });
	t.is((await payments.getRefund({ refundId: refunded.result.id! })).result.amount?.value, "4.00");
	t.is(String((await payments.getCapturedPayment({ captureId })).result.status), "PARTIALLY_REFUNDED");
	const tooMuch = { amount: { currencyCode: "USD", value: "6.01" } };
	t.is((await issueOf(payments.refundCapturedPayment({ captureId, body: tooMuch })))[2], "REFUND_AMOUNT_EXCEEDED");
	await payments.refundCapturedPayment({ captureId });
	t.is((await issueOf(payments.refundCapturedPayment({ captureId })))[2], "CAPTURE_FULLY_REFUNDED");
	const whole = (await orders.getOrder({ id })).result.purchaseUnits![0]!.payments!;
	t.deepEqual([whole.captures?.length, whole.refunds?.length], [2, 2]);
});

test("an authorization is voided and can be captured no more", async (t) => {
	const { orders, payments, control } = await sandbox(t);
	const authorize = async () => {
		const id = (await orders.createOrder({ body: AUTHORIZE })).result.id!;
		await control("POST", `/approve/${id}`);
		return (await orders.authorizeOrder({ id })).result.purchaseUnits![0]!.payments!.authorizations![0]!.id!;
	};
	const authorizationId = await authorize();
	t.is((await payments.voidPayment({ authorizationId })).statusCode, 204);
	t.is((await issueOf(payments.captureAuthorizedPayment({ authorizationId })))[2], "AUTHORIZATION_VOIDED");
	t.is((await issueOf(payments.voidPayment({ authorizationId })))[2], "PREVIOUSLY_VOIDED");
	const shown = await payments.voidPayment({ authorizationId: await authorize(), prefer: FULL });
	t.deepEqual([shown.statusCode, shown.result?.status], [200, "VOIDED"]);
});

test("an authorization is renewed once its three days of honor are over", async (t) => {
	const { orders, payments, control } = await sandbox(t);
	const id = (await orders.createOrder({ body: AUTHORIZE })).result.id!;
	await control("POST", `/approve/${id}`);
	const [made] = (await orders.authorizeOrder({ id })).result.purchaseUnits![0]!.payments!.authorizations!;
	const authorizationId = made!.id!;
	t.is((await issueOf(payments.reauthorizePayment({ authorizationId })))[2], "REAUTHORIZATION_TOO_SOON");
	await control("POST", `/authorizations/${authorizationId}`, { ageDays: 4 });
	const renewed = (await payments.reauthorizePayment({ authorizationId })).result;
	t.is(String(renewed.status), "CREATED");
	t.is(String((await payments.captureAuthorizedPayment({ authorizationId: renewed.id! })).result.status), "COMPLETED");
	const late = (await orders.createOrder({ body: AUTHORIZE })).result.id!;
	await control("POST", `/approve/${late}`);
	const old = (await orders.authorizeOrder({ id: late })).result.purchaseUnits![0]!.payments!.authorizations![0]!.id!;
	await control("POST", `/authorizations/${old}`, { ageDays: 30 });
	t.is((await issueOf(payments.captureAuthorizedPayment({ authorizationId: old })))[2], "AUTHORIZATION_EXPIRED");
});

test("the payer approves on the page and comes back to the shop", async (t) => {
	const { server, orders } = await sandbox(t);
	const body: OrderRequest = {
		intent: CheckoutPaymentIntent.Capture,
		purchaseUnits: [unit("1500", "JPY")],
		paymentSource: {
			paypal: { experienceContext: { returnUrl: "http://shop.test/done?o=1", cancelUrl: "http://shop.test/cart" } },
		},
	};
	t.is((await issueOf(orders.createOrder({ body })))[2], "PAYPAL_REQUEST_ID_REQUIRED");
	const { result } = await orders.createOrder({ body, paypalRequestId: "req-1" });
	t.is(String(result.status), "PAYER_ACTION_REQUIRED");
	const { href } = result.links!.find(({ rel }) => rel === "payer-action")!;
	t.is(href, `${server.url}/checkoutnow?token=${result.id}`);
	t.regex(await (await fetch(href)).text(), /1500 JPY/);
	const act = (action: string) =>
		fetch(href, { method: "POST", body: new URLSearchParams({ token: result.id!, action }), redirect: "manual" });
	t.is((await act("cancel")).headers.get("location"), `http://shop.test/cart?token=${result.id}`);
	t.is(
		(await act("pay")).headers.get("location"),
		`http://shop.test/done?o=1&token=${result.id}&PayerID=QYR5Z8XDVJNXQ`,
	);
	const captured = (await orders.captureOrder({ id: result.id! })).result;
	t.is(captured.purchaseUnits![0]!.payments!.captures![0]!.amount!.value, "1500");
	t.is((await issueOf(orders.captureOrder({ id: result.id! })))[2], "ORDER_ALREADY_CAPTURED");
});

test("a declined instrument is told, and another one pays", async (t) => {
	const { orders, control } = await sandbox(t);
	const id = (await orders.createOrder({ body: CAPTURE })).result.id!;
	await control("POST", `/approve/${id}`, { decline: "INSTRUMENT_DECLINED" });
	const declined = await t.throwsAsync(orders.captureOrder({ id }), { instanceOf: ApiError });
	const { details, links } = JSON.parse(declined.body as string);
	t.is(details[0].issue, "INSTRUMENT_DECLINED");
	t.is(links[0].rel, "redirect");
	await control("POST", `/approve/${id}`);
	const mock = '{"mock_application_codes":"INSTRUMENT_DECLINED"}';
	const mocked = await issueOf(orders.captureOrder({ id, paypalMockResponse: mock }));
	t.deepEqual(mocked, [422, "UNPROCESSABLE_ENTITY", "INSTRUMENT_DECLINED"]);
	t.is(String((await orders.captureOrder({ id })).result.status), "COMPLETED");
});

test("the same request id pays once", async (t) => {
	const { orders, payments, control, server } = await sandbox(t);
	const create = () => orders.createOrder({ body: AUTHORIZE, paypalRequestId: "create-1" });
	const first = await create();
	const again = await create();
	t.deepEqual([first.statusCode, again.statusCode, again.result.id], [201, 200, first.result.id]);
	const id = first.result.id!;
	await control("POST", `/approve/${id}`);
	const authorize = () => orders.authorizeOrder({ id, paypalRequestId: "auth-1" });
	const authorizationOf = ({ result }: Awaited<ReturnType<typeof authorize>>) =>
		result.purchaseUnits![0]!.payments!.authorizations![0]!.id!;
	const authorizationId = authorizationOf(await authorize());
	t.is(authorizationOf(await authorize()), authorizationId);
	const capture = () => payments.captureAuthorizedPayment({ authorizationId, paypalRequestId: "capture-1" });
	t.is((await capture()).result.id, (await capture()).result.id);
	const captureId = (await capture()).result.id!;
	await control("PUT", "/faults", { delayMs: 1000, path: "/v2/payments/captures" });
	const refund = () => payments.refundCapturedPayment({ captureId, paypalRequestId: "refund-1" });
	const answers = await Promise.allSettled([refund(), refund(), refund()]);
	t.is(answers.filter(({ status }) => status === "fulfilled").length, 1);
	for (const answer of answers)
		if (answer.status === "rejected")
			t.deepEqual(await issueOf(Promise.reject(answer.reason)), [
				409,
				"RESOURCE_CONFLICT",
				"PREVIOUS_REQUEST_IN_PROGRESS",
			]);
	await control("DELETE", "/faults");
	await refund();
	const state = (await control("GET", "/state")).body;
	t.deepEqual(
		["orders", "authorizations", "captures", "refunds"].map((name) => Object.keys(state[name]).length),
		[1, 1, 1, 1],
	);
	t.truthy(server.url);
});

test("requests are refused as PayPal refuses them", async (t) => {
	const { server, orders, payments, control } = await sandbox(t);
	const create = (change: Record<string, unknown>, first: Record<string, unknown> = {}) =>
		orders.createOrder({
			body: { ...CAPTURE, purchaseUnits: [{ ...unit(), ...first }], ...change } as OrderRequest,
			paypalRequestId: Math.random().toString(36),
		});
	const usd = (value: string) => ({ currencyCode: "USD", value });
	const cases: [Promise<unknown>, number, string][] = [
		[create({}, unit("0.00")), 422, "CANNOT_BE_ZERO_OR_NEGATIVE"],
		[create({}, unit("1.999")), 422, "DECIMAL_PRECISION"],
		[create({}, unit("10.50", "JPY")), 422, "DECIMALS_NOT_SUPPORTED"],
		[create({}, unit("10.50", "XXX")), 422, "INVALID_CURRENCY_CODE"],
		[create({}, unit("ten")), 400, "INVALID_PARAMETER_SYNTAX"],
		[create({}, { amount: { ...usd("9.00"), breakdown: { itemTotal: usd("8.00") } } }), 422, "AMOUNT_MISMATCH"],
		[
			create(
				{},
				{
					amount: { ...usd("9.00"), breakdown: { itemTotal: usd("9.00") } },
					items: [{ name: "Tea", quantity: "2", unitAmount: usd("4.00") }],
				},
			),
			422,
			"ITEM_TOTAL_MISMATCH",
		],
		[create({}, { items: [{ name: "Tea", quantity: "1", unitAmount: usd("19.99") }] }), 422, "ITEM_TOTAL_REQUIRED"],
		[create({ purchaseUnits: [] }), 400, "MISSING_REQUIRED_PARAMETER"],
		[create({ purchaseUnits: [unit(), unit()] }), 422, "DUPLICATE_REFERENCE_ID"],
		[create({ paymentSource: { card: { number: "4111111111111111", expiry: "2030-01" } } }), 422, "NOT_SUPPORTED"],
		[orders.getOrder({ id: "NONE" }), 404, "INVALID_RESOURCE_ID"],
		[payments.captureAuthorizedPayment({ authorizationId: "NONE" }), 404, "INVALID_RESOURCE_ID"],
	];
	for (const [call, status, issue] of cases) {
		const [gotStatus, , gotIssue] = await issueOf(call);
		t.deepEqual([gotStatus, gotIssue], [status, issue]);
	}
	t.deepEqual(await issueOf(payments.getRefund({ refundId: "NONE" })), [
		404,
		"RESOURCE_NOT_FOUND",
		"INVALID_RESOURCE_ID",
	]);
	t.is((await fetch(`${server.url}/v2/checkout/orders/x`)).status, 401);
	t.is((await fetch(`${server.url}/v1/oauth2/token`, { method: "POST" })).status, 401);
	const unknown = await fetch(`${server.url}/v1/billing/plans`);
	t.is(unknown.status, 404);
	t.regex(
		((await unknown.json()) as { details: { description: string }[] }).details[0]!.description,
		/\/v1\/billing\/plans is not known/,
	);
	await control("PUT", "/faults", { status: 503 });
	t.is((await issueOf(orders.getOrder({ id: "x" })))[0], 503);
	t.is(client(server.url).constructor.name, "Client");
});

test("an invoice id pays one order only, and an order is patched until it is paid", async (t) => {
	const { orders, control } = await sandbox(t);
	const pay = async () => {
		const id = (await orders.createOrder({ body: CAPTURE })).result.id!;
		await orders.patchOrder({
			id,
			body: [
				{ op: "add", path: "/purchase_units/@reference_id=='default'/invoice_id", value: "INV-1" },
				{
					op: "replace",
					path: "/purchase_units/@reference_id=='default'/amount",
					value: { currency_code: "USD", value: "5.00" },
				},
			] as never,
		});
		await control("POST", `/approve/${id}`);
		return { id, captured: await orders.captureOrder({ id }) };
	};
	const { id, captured } = await pay();
	const [capture] = captured.result.purchaseUnits![0]!.payments!.captures!;
	t.is(capture?.invoiceId, "INV-1");
	t.is(capture?.amount?.value, "5.00");
	t.is((await issueOf(pay()))[2], "DUPLICATE_INVOICE_ID");
	const late = [{ op: "replace", path: "/purchase_units/@reference_id=='default'/custom_id", value: "x" }] as never;
	t.is((await issueOf(orders.patchOrder({ id, body: late })))[2], "ORDER_ALREADY_COMPLETED");
});
