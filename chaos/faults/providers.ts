import { pause } from "../buyers/client.ts";
import type { Sandbox } from "../cluster.ts";
import type { Fault } from "../fault.ts";
import { underLoad } from "./kills.ts";

/** Milliseconds that a provider misbehaves each time. */
const LASTS = 5_000;

/** How often in the short and in the whole run. */
type Times = readonly [short: number, whole: number];

function misbehaving(what: string, provider: Sandbox, faults: object, [short, whole]: Times): Fault {
	return underLoad(what, short, whole, async ({ cluster }) => {
		await cluster.misbehave(provider, faults);
		await pause(LASTS);
		await cluster.misbehave(provider, null);
	});
}

/** What happens at any provider that is asked over HTTP. */
const asked = (name: string, provider: Sandbox, slow: Times, failing: Times, rubbish: Times, lost: Times): Fault[] => [
	misbehaving(`${name} answers after 5 s`, provider, { delayMs: 5_000 }, slow),
	misbehaving(`${name} fails (503)`, provider, { status: 503 }, failing),
	misbehaving(`${name} answers rubbish, half the time`, provider, { rubbish: true, rate: 0.5 }, rubbish),
	misbehaving(
		`${name} does it and never answers, half the time`,
		provider,
		{ timeoutAfterSuccess: true, rate: 0.5 },
		lost,
	),
];

const webhooks = (name: string, provider: Sandbox, times: Times): Fault =>
	misbehaving(
		`${name}'s webhooks come 5 times, late and shuffled`,
		provider,
		{ webhookRepeat: 5, webhookDelayMs: 1_500, webhookShuffle: true },
		times,
	);

/** Providers that are slow, fail, answer rubbish or not at all, and webhooks that come as they like. */
export const providers: Fault[] = [
	...asked("Stripe", "stripe", [1, 2], [1, 2], [1, 2], [1, 2]),
	...asked("PayPal", "paypal", [0, 1], [1, 2], [1, 2], [1, 2]),
	...asked("EasyPost", "easypost", [0, 1], [1, 1], [0, 1], [0, 1]),
	misbehaving("mail takes 3 s", "smtp", { delayMs: 3_000 }, [0, 1]),
	misbehaving("mail is refused for now (451)", "smtp", { reject: 451 }, [1, 1]),
	misbehaving("mail is kept, then the server hangs up, half the time", "smtp", { silence: true, rate: 0.5 }, [0, 1]),
	webhooks("Stripe", "stripe", [1, 1]),
	webhooks("PayPal", "paypal", [0, 1]),
];
