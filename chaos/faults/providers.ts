import { pause } from "../buyers/client.ts";
import type { Sandbox } from "../cluster.ts";
import type { Fault } from "../fault.ts";
import { underLoad } from "./kills.ts";

/** Milliseconds that a provider misbehaves each time. */
const LASTS = 5_000;

function misbehaving(what: string, provider: Sandbox, faults: object, short: number, whole: number): Fault {
	return underLoad(what, short, whole, async ({ cluster }) => {
		await cluster.misbehave(provider, faults);
		await pause(LASTS);
		await cluster.misbehave(provider, null);
	});
}

/** Providers that are slow, fail, answer rubbish or not at all, and webhooks that come as they like. */
export const providers: Fault[] = [
	misbehaving("Stripe answers after 5 s", "stripe", { delayMs: 5_000 }, 1, 2),
	misbehaving("Stripe fails (503)", "stripe", { status: 503 }, 1, 2),
	misbehaving("Stripe answers rubbish, half the time", "stripe", { rubbish: true, rate: 0.5 }, 1, 2),
	misbehaving(
		"Stripe does it and never answers, half the time",
		"stripe",
		{ timeoutAfterSuccess: true, rate: 0.5 },
		1,
		2,
	),
	misbehaving("PayPal answers after 5 s", "paypal", { delayMs: 5_000 }, 0, 1),
	misbehaving("PayPal fails (503)", "paypal", { status: 503 }, 1, 2),
	misbehaving("PayPal answers rubbish, half the time", "paypal", { rubbish: true, rate: 0.5 }, 1, 2),
	misbehaving(
		"PayPal does it and never answers, half the time",
		"paypal",
		{ timeoutAfterSuccess: true, rate: 0.5 },
		1,
		2,
	),
	misbehaving("EasyPost answers after 5 s", "easypost", { delayMs: 5_000 }, 0, 1),
	misbehaving("EasyPost fails (503)", "easypost", { status: 503 }, 1, 1),
	misbehaving("EasyPost answers rubbish, half the time", "easypost", { rubbish: true, rate: 0.5 }, 0, 1),
	misbehaving(
		"EasyPost does it and never answers, half the time",
		"easypost",
		{ timeoutAfterSuccess: true, rate: 0.5 },
		0,
		1,
	),
	misbehaving("mail takes 3 s", "smtp", { delayMs: 3_000 }, 0, 1),
	misbehaving("mail is refused for now (451)", "smtp", { reject: 451 }, 1, 1),
	misbehaving("mail is kept, then the server hangs up, half the time", "smtp", { silence: true, rate: 0.5 }, 0, 1),
	misbehaving(
		"Stripe's webhooks come 5 times, late and shuffled",
		"stripe",
		{ webhookRepeat: 5, webhookDelayMs: 1_500, webhookShuffle: true },
		1,
		1,
	),
	misbehaving(
		"PayPal's webhooks come 5 times, late and shuffled",
		"paypal",
		{ webhookRepeat: 5, webhookDelayMs: 1_500, webhookShuffle: true },
		0,
		1,
	),
];
