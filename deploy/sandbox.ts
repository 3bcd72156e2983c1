import { parseArgs } from "node:util";
import { untilSignal } from "../bin/signals.ts";
import { type Name, type Running, startByName } from "../embedded/stand-ins.ts";

const { values } = parseArgs({
	options: {
		/** The name under which the shop's nodes reach the stand-ins. */
		host: { type: "string", default: "127.0.0.1" },
		/** Where the stand-ins reach the gateway: their webhooks go there. */
		shop: { type: "string", default: "http://127.0.0.1:3000" },
		data: { type: "string" },
	},
});

/** As .env.example has them. */
const PORTS = { stripe: 4010, paypal: 4011, easypost: 4012, twilio: 4013, smtp: 4014, sandbox: 4016 };
const MAILS_PORT = 4015;

const { host } = values;
const dataDir = values.data ?? null;
const shop = values.shop.replace(/\/$/, "");
const { PUBLIC_URL, STRIPE_WEBHOOK_SECRET, PAYPAL_WEBHOOK_ID, EASYPOST_WEBHOOK_SECRET, TWILIO_FROM } = process.env;
/** Browsers reach the stand-ins' pages through the gateway. */
const publicUrl = (PUBLIC_URL || shop).replace(/\/$/, "");
const running: Running[] = [];

async function start(name: keyof typeof PORTS, options: object = {}): Promise<Running> {
	const one = await startByName(name as Name, { host, port: PORTS[name], dataDir, ...options });
	running.push(one);
	return one;
}

async function sendWebhooksTo(standIn: Running, name: string, target: object): Promise<void> {
	const answer = await fetch(`${standIn.url}/_sandbox/webhook`, {
		method: "PUT",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ ...target, url: `${shop}/v1/webhooks/${name}` }),
	});
	if (!answer.ok) throw new Error(`${name} took no webhook: ${await answer.text()}`);
}

try {
	const [stripe, paypal, easypost, twilio, smtp] = await Promise.all([
		start("stripe", { publicUrl: `${publicUrl}/sandbox/at/stripe` }),
		start("paypal", { publicUrl: `${publicUrl}/sandbox/at/paypal` }),
		start("easypost", { publicUrl: `${publicUrl}/sandbox/at/easypost` }),
		start("twilio", { numbers: TWILIO_FROM ? [TWILIO_FROM] : [] }),
		start("smtp", { apiPort: MAILS_PORT }),
	]);
	await start("sandbox", {
		stripeUrl: stripe.url,
		paypalUrl: paypal.url,
		easypostUrl: easypost.url,
		twilioUrl: twilio.url,
		...(smtp.apiUrl ? { smtpApiUrl: smtp.apiUrl } : {}),
	});
	await Promise.all([
		sendWebhooksTo(stripe, "stripe", { secret: STRIPE_WEBHOOK_SECRET }),
		sendWebhooksTo(paypal, "paypal", { id: PAYPAL_WEBHOOK_ID }),
		sendWebhooksTo(easypost, "easypost", { secret: EASYPOST_WEBHOOK_SECRET }),
	]);
	console.log(running.map(({ url }) => url).join("\n"));
	untilSignal(async () => {
		await Promise.all(running.map((one) => one.close()));
	});
} catch (error) {
	console.error((error as Error).message);
	process.exit(1);
}
