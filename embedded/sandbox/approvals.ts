import type { Agent } from "node:http";
import type { HttpAnswer } from "../http.ts";
import { ask } from "./ask.ts";

/** A payment that waits for its buyer. `amount` is in minor units for Stripe and a decimal text for PayPal, as they write it. */
interface Approval {
	provider: "stripe" | "paypal";
	id: string;
	amount: string;
	currency: string;
	reference: string | null;
	createdAt: string;
}

interface Intent {
	id: string;
	status: string;
	amount: number;
	currency: string;
	created: number;
	metadata: Record<string, string>;
}

interface PaypalOrder {
	id: string;
	status: string;
	create_time?: string;
	purchase_units?: { reference_id?: string; custom_id?: string; amount?: { currency_code: string; value: string } }[];
}

/** What waits at Stripe (3-D Secure) and at PayPal (approval), the newest first. */
export async function approvals(agent: Agent, stripeUrl?: string, paypalUrl?: string): Promise<HttpAnswer> {
	const found = await Promise.all([
		stripeUrl ? challenges(agent, stripeUrl) : [],
		paypalUrl ? orders(agent, paypalUrl) : [],
	]);
	const all = found.flat().sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
	return { status: 200, body: { approvals: all } };
}

async function json<T>(agent: Agent, url: string, headers: Record<string, string> = {}): Promise<T> {
	const answer = await ask(agent, { method: "GET", url, headers });
	if (answer.status !== 200) throw new Error(`${url} answered with ${answer.status}.`);
	return JSON.parse(answer.body.toString()) as T;
}

async function challenges(agent: Agent, url: string): Promise<Approval[]> {
	// The stand-in takes any test key.
	const headers = { authorization: "Bearer sk_test_sandbox" };
	const { data } = await json<{ data: Intent[] }>(agent, `${url}/v1/payment_intents?limit=100`, headers);
	return data
		.filter(({ status }) => status === "requires_action")
		.map(({ id, amount, currency, created, metadata }) => ({
			provider: "stripe",
			id,
			amount: String(amount),
			currency: currency.toUpperCase(),
			reference: metadata.order ?? metadata.orderId ?? Object.values(metadata)[0] ?? null,
			createdAt: new Date(created * 1000).toISOString(),
		}));
}

async function orders(agent: Agent, url: string): Promise<Approval[]> {
	const state = await json<{ orders?: Record<string, PaypalOrder> }>(agent, `${url}/_sandbox/state`);
	return Object.values(state.orders ?? {})
		.filter(({ status }) => status === "CREATED" || status === "PAYER_ACTION_REQUIRED")
		.map(({ id, create_time, purchase_units }) => {
			const unit = purchase_units?.[0];
			return {
				provider: "paypal",
				id,
				amount: unit?.amount?.value ?? "",
				currency: unit?.amount?.currency_code ?? "",
				reference: unit?.custom_id ?? unit?.reference_id ?? null,
				createdAt: create_time ?? "",
			};
		});
}
