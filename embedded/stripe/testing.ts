import type { ExecutionContext } from "ava";
import Stripe from "stripe";
import type { StandInOptions } from "../http.ts";
import { startStripe } from "./index.ts";

/** For tests: a stand-in of its own and the real SDK that speaks to it. */
export async function sandbox(t: ExecutionContext, options: StandInOptions = { dataDir: null }) {
	const server = await startStripe(options);
	t.teardown(() => server.close());
	const control = async (method: string, path: string, body?: object) => {
		const response = await fetch(`${server.url}/_sandbox${path}`, {
			method,
			...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
		});
		const text = await response.text();
		return { status: response.status, body: text === "" ? null : JSON.parse(text) };
	};
	return { server, stripe: client(server.url), control };
}

/** The SDK as the payment service uses it, without its own retries. */
export function client(url: string, key = "sk_test_embedded"): Stripe {
	const { hostname: host, port } = new URL(url);
	return new Stripe(key, { host, port: Number(port), protocol: "http", maxNetworkRetries: 0, telemetry: false });
}

/** A manual capture of 19.99 with a card, without redirects unless a `return_url` is given. */
export const AUTHORIZE = {
	amount: 1999,
	currency: "usd",
	capture_method: "manual",
	confirm: true,
	payment_method: "pm_card_visa",
	automatic_payment_methods: { enabled: true, allow_redirects: "never" },
} as const;

/** The error of a call that must fail. */
export async function failure(call: Promise<unknown>): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
	try {
		await call;
	} catch (error) {
		if (error instanceof Stripe.errors.StripeError) return error;
		throw error;
	}
	throw new Error("The call succeeded.");
}
