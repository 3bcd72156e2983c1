import test from "ava";
import { specification } from "../testing/openapi.ts";
import { sandbox } from "./testing.ts";

const FILES = [
	"paypal_checkout_orders_v2.json",
	"paypal_payments_payment_v2.json",
	"paypal_notifications_webhooks_v1.json",
];
const specs = FILES.map(specification);
const judged = specs.every((spec) => spec !== null) ? test : test.skip;
if (!specs.every((spec) => spec !== null))
	console.log(
		`PayPal's OpenAPI documents (shared/data/providers/${FILES.join(", ")}) are not there: their test is skipped.`,
	);

judged("every answer is as PayPal's OpenAPI documents say", async (t) => {
	const { server, control } = await sandbox(t);
	const faults: string[] = [];
	const credentials = Buffer.from("client:secret").toString("base64");
	const granted = await fetch(`${server.url}/v1/oauth2/token`, {
		method: "POST",
		headers: { authorization: `Basic ${credentials}` },
		body: new URLSearchParams({ grant_type: "client_credentials" }),
	});
	const { access_token } = (await granted.json()) as { access_token: string };
	const call = async (method: string, template: string, id = "", body?: object, full = true) => {
		const path = template.replace(/\{\w+\}/, id);
		const response = await fetch(`${server.url}${path}`, {
			method,
			headers: {
				authorization: `Bearer ${access_token}`,
				"content-type": "application/json",
				"paypal-request-id": `${path}${Math.random()}`,
				...(full ? { prefer: "return=representation" } : {}),
			},
			...(body ? { body: JSON.stringify(body) } : {}),
		});
		const text = await response.text();
		const answer = text === "" ? undefined : JSON.parse(text);
		const spec = specs[path.startsWith("/v2/checkout") ? 0 : path.startsWith("/v2/payments") ? 1 : 2]!;
		const issue: string | undefined = answer?.details?.[0]?.issue;
		if (issue && !spec.names(issue)) faults.push(`${method} ${template}: the document does not know ${issue}`);
		if (answer !== undefined)
			// Details are listed there with their whole sentence for each call, and not all of them.
			for (const fault of spec.faults(method, template, response.status, answer))
				if (!fault.startsWith("/details"))
					faults.push(`${method} ${template} ${response.status} ${issue ?? ""}: ${fault}`);
		return answer;
	};
	const ORDERS = "/v2/checkout/orders";
	const AUTHORIZATIONS = "/v2/payments/authorizations/{authorization_id}";
	const CAPTURES = "/v2/payments/captures/{capture_id}";
	const usd = (value: string) => ({ currency_code: "USD", value });
	const authorize = {
		intent: "AUTHORIZE",
		purchase_units: [
			{
				custom_id: "ord_1",
				invoice_id: "INV-1",
				amount: { ...usd("20.00"), breakdown: { item_total: usd("18.00"), shipping: usd("2.00") } },
				items: [{ name: "Tea", quantity: "2", unit_amount: usd("9.00") }],
				shipping: { name: { full_name: "Ada" }, address: { address_line_1: "1 Main", country_code: "US" } },
			},
		],
		payment_source: { paypal: { experience_context: { return_url: "http://a.test", cancel_url: "http://b.test" } } },
	};
	for (const full of [true, false]) {
		authorize.purchase_units[0]!.invoice_id = `INV-${full}`;
		const order = await call("POST", ORDERS, "", authorize, full);
		await call("POST", `${ORDERS}/{id}/authorize`, order.id);
		await control("POST", `/approve/${order.id}`);
		await call("GET", `${ORDERS}/{id}`, order.id);
		const { purchase_units } = await call("POST", `${ORDERS}/{id}/authorize`, order.id, {}, full);
		const { id } = purchase_units[0].payments.authorizations[0];
		await call("GET", AUTHORIZATIONS, id);
		await control("POST", `/authorizations/${id}`, { ageDays: 4 });
		await call("POST", `${AUTHORIZATIONS}/reauthorize`, id, { amount: { currency_code: "EUR", value: "20.00" } });
		const renewed = await call("POST", `${AUTHORIZATIONS}/reauthorize`, id, {}, full);
		const capture = await call("POST", `${AUTHORIZATIONS}/capture`, renewed.id, { amount: usd("12.00") }, full);
		await call("POST", `${AUTHORIZATIONS}/capture`, renewed.id, { amount: usd("99.00") });
		await call("GET", CAPTURES, capture.id);
		const refund = await call(
			"POST",
			`${CAPTURES}/refund`,
			capture.id,
			{ amount: usd("5.00"), note_to_payer: "x" },
			full,
		);
		await call("GET", "/v2/payments/refunds/{refund_id}", refund.id);
		await call("POST", `${CAPTURES}/refund`, capture.id, { amount: usd("50.00") });
		await call("POST", `${CAPTURES}/refund`, capture.id, {});
		await call("POST", `${CAPTURES}/refund`, capture.id, {});
		await call("POST", `${AUTHORIZATIONS}/void`, id, undefined, full);
		await call("POST", `${AUTHORIZATIONS}/void`, id);
		await call("POST", `${AUTHORIZATIONS}/capture`, id, {});
		await call("GET", `${ORDERS}/{id}`, order.id);
		const bought = await call(
			"POST",
			ORDERS,
			"",
			{ intent: "CAPTURE", purchase_units: [{ amount: usd("1.00") }] },
			full,
		);
		await call("POST", `${ORDERS}/{id}/authorize`, bought.id);
		await control("POST", `/approve/${bought.id}`, { pending: full });
		await call("POST", `${ORDERS}/{id}/capture`, bought.id, {}, full);
		await call("POST", `${ORDERS}/{id}/capture`, bought.id);
		await call("GET", `${ORDERS}/{id}`, bought.id);
	}
	await call("POST", ORDERS, "", { intent: "CAPTURE" });
	await call("POST", ORDERS, "", { intent: "CAPTURE", purchase_units: [{ amount: usd("1.001") }] });
	await call("GET", `${ORDERS}/{id}`, "NONE");
	const HOOKS = "/v1/notifications/webhooks";
	const hook = await call("POST", HOOKS, "", { url: "http://127.0.0.1:9/x", event_types: [{ name: "NONE" }] });
	await call("GET", HOOKS);
	await call("GET", `${HOOKS}/{webhook_id}`, hook.id);
	const events = (await control("GET", "/state")).body.events as Record<string, object>;
	await call("GET", "/v1/notifications/webhooks-events/{event_id}", Object.keys(events)[0]);
	t.deepEqual(faults, []);
});
