import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stripe } from "stripe";
import type { Kept } from "../embedded/secrets.ts";
import { Crowd, offer, quantile } from "./open-loop.ts";

/** Milliseconds until a webhook was answered 2xx. */
export interface Answered {
	count: number;
	p50: number;
	p99: number;
	/** Answers other than 2xx. */
	failures: number;
}

/**
 * Sends Stripe's webhooks at a steady pace, each of which has to be stored before it is answered, as only a look at Stripe
 * can tell what it means.
 * @param payments ids of payments of this shop that they tell of
 */
export async function webhooks(
	url: string,
	dataDir: string,
	payments: string[],
	{ perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Answered> {
	const { secrets } = JSON.parse(readFileSync(join(dataDir, "stand-ins.json"), "utf8")) as Kept;
	const stripe = new Stripe(secrets.STRIPE_SECRET_KEY);
	const times: number[] = [];
	let failures = 0;
	const provider = new Crowd(url, (_method, _path, { status, milliseconds }) => {
		times.push(milliseconds);
		if (status < 200 || status > 299) failures++;
	});
	await offer(perSecond, seconds, async (turn) => {
		const payment = payments[turn % payments.length];
		const event = {
			id: `evt_${randomUUID()}`,
			object: "event",
			type: "charge.refunded",
			data: { object: { id: "ch_bench", object: "charge", payment_intent: null, metadata: { payment } } },
		};
		const signature = stripe.webhooks.generateTestHeaderString({
			payload: JSON.stringify(event),
			secret: secrets.STRIPE_WEBHOOK_SECRET,
		});
		await provider.send("POST", "/v1/webhooks/stripe", event, { "Stripe-Signature": signature });
	});
	provider.close();
	return { count: times.length, p50: quantile(times, 0.5), p99: quantile(times, 0.99), failures };
}
