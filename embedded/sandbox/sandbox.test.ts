import test, { type ExecutionContext } from "ava";
import { createTransport } from "nodemailer";
import { startEasypost } from "../easypost/index.ts";
import { startPaypal } from "../paypal/index.ts";
import { startSmtp } from "../smtp/index.ts";
import { startStripe } from "../stripe/index.ts";
import { startTwilio } from "../twilio/index.ts";
import { startSandbox } from "./index.ts";

/** The fields of all answers together. */
interface Json {
	id: string;
	html: string;
	status: string;
	subject: string;
	body: string;
	tracking_code: string;
	rates: { id: string }[];
	messages: Json[];
	parcels: Json[];
	approvals: Json[];
}

async function start(t: ExecutionContext) {
	const [smtp, twilio, easypost, stripe, paypal] = await Promise.all([
		startSmtp({ dataDir: null }),
		startTwilio({ dataDir: null }),
		startEasypost({ dataDir: null }),
		startStripe({ dataDir: null }),
		startPaypal({ dataDir: null }),
	]);
	const sandbox = await startSandbox({
		smtpApiUrl: smtp.apiUrl,
		twilioUrl: twilio.url,
		easypostUrl: easypost.url,
		stripeUrl: stripe.url,
		paypalUrl: paypal.url,
	});
	for (const standIn of [sandbox, smtp, twilio, easypost, stripe, paypal]) t.teardown(() => standIn.close());
	const api = async (path: string, body?: object): Promise<Json> => {
		const headers = { "content-type": "application/json" };
		const options = body && { method: "POST", headers, body: JSON.stringify(body) };
		return (await (await fetch(`${sandbox.url}/sandbox/api/${path}`, options)).json()) as Json;
	};
	return { smtp, twilio, easypost, stripe, paypal, sandbox, api };
}

async function buyLabel(url: string): Promise<string> {
	const call = async (path: string, body: object): Promise<Json> => {
		const headers = { authorization: `Basic ${btoa("key:")}`, "content-type": "application/json" };
		return (await (
			await fetch(`${url}/v2/${path}`, { method: "POST", headers, body: JSON.stringify(body) })
		).json()) as Json;
	};
	const here = {
		name: "Shop",
		street1: "417 Montgomery Street",
		city: "San Francisco",
		state: "CA",
		zip: "94104",
		country: "US",
	};
	const quoted = await call("shipments", {
		shipment: { to_address: here, from_address: here, parcel: { weight: 10 }, reference: "ord_1" },
	});
	const [rate] = quoted.rates;
	return (await call(`shipments/${quoted.id}/buy`, { rate: { id: rate!.id } })).tracking_code;
}

test("the page is served whole under a policy that allows nothing from elsewhere and nothing inline", async (t) => {
	const { sandbox } = await start(t);
	for (const path of ["", "app.js", "style.css"]) {
		const answer = await fetch(`${sandbox.url}/sandbox/${path}`);
		t.is(answer.status, 200);
		t.regex(answer.headers.get("content-security-policy") ?? "", /^default-src 'self'/);
		const text = await answer.text();
		t.notRegex(text, /<style|<script(?![^>]*src=)|style=|onclick="/);
	}
	t.is((await fetch(`${sandbox.url}/sandbox`)).url, `${sandbox.url}/sandbox/`);
	t.is((await fetch(`${sandbox.url}/sandbox/../api.ts`)).status, 404);
});

test("mails are listed and read, and their HTML can run nothing", async (t) => {
	const { smtp, sandbox, api } = await start(t);
	const transport = createTransport(smtp.url, { from: "shop@tradewind.test" });
	await transport.sendMail({ to: "a@x.test", subject: "Hello", html: "<script>alert(1)</script><p>Hi</p>" });
	await transport.sendMail({ to: "b@x.test", subject: "Other", text: "plain" });
	transport.close();
	const { messages } = await api("mails?to=a@x.test");
	t.deepEqual(
		messages.map(({ subject }) => subject),
		["Hello"],
	);
	t.regex((await api(`mails/${messages[0]!.id}`)).html, /<p>Hi<\/p>/);
	const shown = await fetch(`${sandbox.url}/sandbox/api/mails/${messages[0]!.id}/html`);
	t.regex(shown.headers.get("content-security-policy") ?? "", /default-src 'none'.*sandbox/);
});

test("texts are listed by recipient", async (t) => {
	const { twilio, api } = await start(t);
	const account = `AC${"0".repeat(32)}`;
	await fetch(`${twilio.url}/2010-04-01/Accounts/${account}/Messages.json`, {
		method: "POST",
		headers: { authorization: `Basic ${btoa(`${account}:token`)}` },
		body: new URLSearchParams({ To: "+14155552345", From: "+15005550006", Body: "It is on its way" }),
	});
	const { messages } = await api("messages?to=%2B14155552345");
	t.deepEqual(
		messages.map(({ body }) => body),
		["It is on its way"],
	);
});

test("a parcel is moved on and its label downloaded", async (t) => {
	const { easypost, sandbox, api } = await start(t);
	const code = await buyLabel(easypost.url);
	t.like((await api("parcels")).parcels[0], { code, status: "pre_transit", next: "in_transit", reference: "ord_1" });
	t.is((await api(`parcels/${code}/advance`, {})).status, "in_transit");
	t.is((await api(`parcels/${code}/advance`, { status: "failure" })).status, "failure");
	const label = await fetch(`${sandbox.url}/sandbox/api/parcels/${code}/label`);
	t.is(label.headers.get("content-type"), "application/pdf");
	const foreign = await fetch(`${sandbox.url}/sandbox/api/parcels/${code}/advance`, { method: "POST", body: "{}" });
	t.is(foreign.status, 415);
});

test("a 3-D Secure challenge waits until it is completed or failed", async (t) => {
	const { stripe, sandbox, api } = await start(t);
	const headers = { authorization: "Bearer sk_test_1", "content-type": "application/x-www-form-urlencoded" };
	const challenge = async () => {
		const body =
			"amount=2000&currency=usd&confirm=true&payment_method=pm_card_threeDSecure2Required&return_url=http://x.test&payment_method_types[]=card";
		return (await (await fetch(`${stripe.url}/v1/payment_intents`, { method: "POST", headers, body })).json()) as Json;
	};
	const [first, second] = [await challenge(), await challenge()];
	t.is(first.status, "requires_action");
	t.is((await api("approvals")).approvals.length, 2);
	await api(`approvals/stripe/${first.id}`, { outcome: "complete" });
	await api(`approvals/stripe/${second.id}`, { outcome: "fail" });
	t.deepEqual((await api("approvals")).approvals, []);
	const page = await fetch(`${sandbox.url}/sandbox/at/stripe/_sandbox/3ds/${first.id}`);
	t.regex(await page.text(), /3-D Secure/);
	t.is((await fetch(`${sandbox.url}/sandbox/at/stripe/_sandbox/state`)).status, 404);
});

test("a PayPal order waits for its approval", async (t) => {
	const { paypal, sandbox, api } = await start(t);
	const json = { "content-type": "application/json" };
	const basic = { authorization: `Basic ${btoa("client:secret")}` };
	const granted = await fetch(`${paypal.url}/v1/oauth2/token`, {
		method: "POST",
		headers: basic,
		body: new URLSearchParams({ grant_type: "client_credentials" }),
	});
	const { access_token } = (await granted.json()) as { access_token: string };
	const created = await fetch(`${paypal.url}/v2/checkout/orders`, {
		method: "POST",
		headers: { ...json, authorization: `Bearer ${access_token}` },
		body: JSON.stringify({
			intent: "AUTHORIZE",
			purchase_units: [{ custom_id: "ord_1", amount: { currency_code: "USD", value: "20.00" } }],
		}),
	});
	const { id } = (await created.json()) as Json;
	const { approvals } = await api("approvals");
	t.like(approvals[0], { provider: "paypal", id, amount: "20.00", currency: "USD", reference: "ord_1" });
	t.is((await fetch(`${sandbox.url}/sandbox/at/paypal/checkoutnow?token=${id}`)).status, 200);
	t.is((await api(`approvals/paypal/${id}`, {})).status, "APPROVED");
	t.deepEqual((await api("approvals")).approvals, []);
});

test("what does not run is told by name", async (t) => {
	const sandbox = await startSandbox({});
	t.teardown(() => sandbox.close());
	const answer = await fetch(`${sandbox.url}/sandbox/api/mails`);
	t.is(answer.status, 404);
	t.regex(((await answer.json()) as { message: string }).message, /mail does not run/);
	t.deepEqual(await (await fetch(`${sandbox.url}/sandbox/api/approvals`)).json(), { approvals: [] });
});
