import { verify, X509Certificate } from "node:crypto";
import { crc32 } from "node:zlib";
import { CheckoutPaymentIntent } from "@paypal/paypal-server-sdk";
import type { ExecutionContext } from "ava";
import test from "ava";
import type { HttpRequest } from "../http.ts";
import { receiver } from "../testing/receiver.ts";
import { sandbox } from "./testing.ts";

async function token(url: string): Promise<string> {
	const response = await fetch(`${url}/v1/oauth2/token`, {
		method: "POST",
		headers: { authorization: `Basic ${Buffer.from("client:secret").toString("base64")}` },
		body: new URLSearchParams({ grant_type: "client_credentials" }),
	});
	return ((await response.json()) as { access_token: string }).access_token;
}

async function api(url: string, method: string, path: string, body?: object) {
	const response = await fetch(`${url}${path}`, {
		method,
		headers: { authorization: `Bearer ${await token(url)}`, "content-type": "application/json" },
		...(body ? { body: JSON.stringify(body) } : {}),
	});
	const text = await response.text();
	return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

const header = ({ headers }: HttpRequest, name: string) => headers[`paypal-${name}`] as string;
const typeOf = ({ raw }: HttpRequest) => JSON.parse(raw.toString()).event_type as string;

async function capturedOrder(t: ExecutionContext, url: string) {
	const order = { intent: "CAPTURE", purchase_units: [{ amount: { currency_code: "USD", value: "5.00" } }] };
	const { body } = await api(url, "POST", "/v2/checkout/orders", order);
	await fetch(`${url}/_sandbox/approve/${body.id}`, { method: "POST" });
	const captured = await api(url, "POST", `/v2/checkout/orders/${body.id}/capture`);
	t.is(captured.status, 201);
	return captured.body.purchase_units[0].payments.captures[0].id as string;
}

test("webhooks are signed so that the certificate and PayPal's own verification accept them", async (t) => {
	const { server } = await sandbox(t);
	const hook = await receiver(t);
	const registered = await api(server.url, "POST", "/v1/notifications/webhooks", {
		url: hook.url,
		event_types: [{ name: "*" }],
	});
	t.is(registered.status, 201);
	const captureId = await capturedOrder(t, server.url);
	await api(server.url, "POST", `/v2/payments/captures/${captureId}/refund`);
	await hook.until(({ length }) => length === 3);
	t.deepEqual(hook.received.map(typeOf).sort(), [
		"CHECKOUT.ORDER.APPROVED",
		"PAYMENT.CAPTURE.COMPLETED",
		"PAYMENT.CAPTURE.REFUNDED",
	]);
	const request = hook.received.find((one) => typeOf(one) === "PAYMENT.CAPTURE.COMPLETED")!;
	const [id, time, signature] = ["transmission-id", "transmission-time", "transmission-sig"].map((name) =>
		header(request, name),
	) as [string, string, string];
	t.is(header(request, "auth-algo"), "SHA256withRSA");
	const certUrl = header(request, "cert-url");
	t.true(certUrl.startsWith(server.url));
	const certificate = new X509Certificate(await (await fetch(certUrl)).text());
	t.true(certificate.verify(certificate.publicKey));
	const signed = (webhook: string) => Buffer.from(`${id}|${time}|${webhook}|${crc32(request.raw)}`);
	const genuine = (webhook: string) =>
		verify("sha256", signed(webhook), certificate.publicKey, Buffer.from(signature, "base64"));
	t.true(genuine(registered.body.id));
	t.false(genuine("another"));

	const transmission = {
		auth_algo: "SHA256withRSA",
		cert_url: certUrl,
		transmission_id: id,
		transmission_sig: signature,
		transmission_time: time,
		webhook_id: registered.body.id,
		webhook_event: JSON.parse(request.raw.toString()),
	};
	const check = (body: object) => api(server.url, "POST", "/v1/notifications/verify-webhook-signature", body);
	t.deepEqual((await check(transmission)).body, { verification_status: "SUCCESS" });
	const forged = { ...transmission.webhook_event, event_type: "PAYMENT.CAPTURE.DENIED" };
	t.deepEqual((await check({ ...transmission, webhook_event: forged })).body, { verification_status: "FAILURE" });
	t.is((await check({ ...transmission, cert_url: undefined })).status, 400);
	t.deepEqual(
		(await api(server.url, "GET", `/v1/notifications/webhooks-events/${transmission.webhook_event.id}`)).body,
		transmission.webhook_event,
	);
});

test("an authorization and its void are told, and a payment whose money does not come", async (t) => {
	const { server, orders, payments, control } = await sandbox(t);
	const hook = await receiver(t);
	await control("PUT", "/webhook", { id: "WH1", url: hook.url });
	const body = (intent: CheckoutPaymentIntent) => ({
		intent,
		purchaseUnits: [{ amount: { currencyCode: "EUR", value: "7.50" } }],
	});
	const held = (await orders.createOrder({ body: body(CheckoutPaymentIntent.Authorize) })).result.id!;
	await control("POST", `/approve/${held}`);
	const [made] = (await orders.authorizeOrder({ id: held })).result.purchaseUnits![0]!.payments!.authorizations!;
	await payments.voidPayment({ authorizationId: made!.id! });
	const slow = (await orders.createOrder({ body: body(CheckoutPaymentIntent.Capture) })).result.id!;
	await control("POST", `/approve/${slow}`, { pending: true });
	const [capture] = (await orders.captureOrder({ id: slow })).result.purchaseUnits![0]!.payments!.captures!;
	t.is(String(capture?.status), "PENDING");
	const refund = await api(server.url, "POST", `/v2/payments/captures/${capture!.id}/refund`);
	t.is(refund.body.details[0].issue, "PENDING_CAPTURE");
	t.is((await control("POST", `/captures/${capture!.id}`, { outcome: "deny" })).body.status, "DECLINED");
	await hook.until(({ length }) => length === 6);
	t.deepEqual(hook.received.map(typeOf).sort(), [
		"CHECKOUT.ORDER.APPROVED",
		"CHECKOUT.ORDER.APPROVED",
		"PAYMENT.AUTHORIZATION.CREATED",
		"PAYMENT.AUTHORIZATION.VOIDED",
		"PAYMENT.CAPTURE.DENIED",
		"PAYMENT.CAPTURE.PENDING",
	]);
});
