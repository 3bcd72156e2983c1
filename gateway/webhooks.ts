import type { IncomingMessage, ServerResponse } from "node:http";
import { call } from "../runtime/action.ts";
import { twilioWebhook } from "../schemas/notification.ts";
import { paymentWebhook } from "../schemas/payment.ts";
import { easypostWebhook } from "../schemas/shipping.ts";
import { readBody } from "./body.ts";
import type { Gateway } from "./exchange.ts";
import { notFound } from "./problem.ts";

const LIMIT = 262_144;

/** Hands a provider's webhook to the service that verifies it: the body as it came, byte for byte. */
export async function receiveWebhook(
	gateway: Gateway,
	request: IncomingMessage,
	response: ServerResponse,
	provider: string,
): Promise<void> {
	const body = (await readBody(request, LIMIT, 10_000)).toString("utf8");
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(request.headers)) if (typeof value === "string") headers[name] = value;
	const params = { body, headers, url: `${gateway.origin}${request.url}` };
	if (provider === "stripe" || provider === "paypal") await call(gateway.from, paymentWebhook, { provider, ...params });
	else if (provider === "easypost") await call(gateway.from, easypostWebhook, params);
	else if (provider === "twilio") await call(gateway.from, twilioWebhook, params);
	else throw notFound();
	response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 17 }).end('{"received":true}');
}
