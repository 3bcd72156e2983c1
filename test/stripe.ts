import { createHash } from "node:crypto";
import type { TestShop } from "./shop.ts";

export interface Intent {
	id: string;
	status: string;
	amount: number;
	amount_received: number;
	metadata: Record<string, string>;
}

interface List<T> {
	data: T[];
	has_more: boolean;
}

/** Stripe's API as another client of the shop's account sees it. @throws with Stripe's message */
export async function stripe<T>({ settings }: TestShop, method: string, path: string, form?: Record<string, string>) {
	const answer = await fetch(`${settings.STRIPE_API_URL}/v1/${path}`, {
		method,
		headers: { authorization: `Bearer ${settings.STRIPE_SECRET_KEY}` },
		...(form ? { body: new URLSearchParams(form) } : {}),
	});
	if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
	return (await answer.json()) as T;
}

/** Every payment intent that Stripe holds, the youngest first. */
export async function intents(shop: TestShop): Promise<Intent[]> {
	const found: Intent[] = [];
	for (let after = ""; ; after = `&starting_after=${found.at(-1)?.id}`) {
		const page = await stripe<List<Intent>>(shop, "GET", `payment_intents?limit=100${after}`);
		found.push(...page.data);
		if (!page.has_more) return found;
	}
}

/** A card that is held at Stripe for an order and a payment, as the shop itself would have it. */
export const hold = (shop: TestShop, metadata: Record<string, string>, amount: number) =>
	stripe<Intent>(shop, "POST", "payment_intents", {
		amount: String(amount),
		currency: "usd",
		capture_method: "manual",
		confirm: "true",
		payment_method: "pm_card_visa",
		"allowed_payment_method_types[]": "card",
		return_url: "https://shop.test/",
		...Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`metadata[${key}]`, value])),
	});

/** The mark that this shop puts on what it asks of Stripe, see services/payment/reconcile-mark.ts. */
export const markOf = ({ settings }: TestShop) =>
	createHash("sha256").update(`${settings.NAMESPACE}\n${settings.TOKEN_SECRET}`).digest("hex").slice(0, 16);
