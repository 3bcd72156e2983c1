import { randomUUID } from "node:crypto";
import { HOME } from "../data/homes.ts";
import type { Pool, Reply } from "./load.ts";

export interface Variant {
	id: string;
	sku: string;
	available: number;
}

const parse = <T>(reply: Reply): T => JSON.parse(reply.body) as T;

export async function openCart(pool: Pool): Promise<{ id: string; token: Record<string, string> }> {
	const { cart, cartToken } = parse<{ cart: { id: string }; cartToken: string }>(
		await pool.send("POST", "/v1/carts", {}),
	);
	return { id: cart.id, token: { "Cart-Token": cartToken } };
}

/** A cart, its items, an address, a rate, an order: seven requests with two items. @returns the answer to the order */
export async function checkout(pool: Pool, variants: { id: string; quantity: number }[]): Promise<Reply> {
	const { id, token } = await openCart(pool);
	for (const { id: variantId, quantity } of variants) {
		const added = await pool.send("POST", `/v1/carts/${id}/items`, { variantId, quantity }, token);
		if (added.status !== 200) return added;
	}
	await pool.send("PUT", `/v1/carts/${id}/shipping-address`, HOME, token);
	const rates = parse<{ data: { id: string }[] }>(
		await pool.send("GET", `/v1/carts/${id}/shipping-rates`, undefined, token),
	);
	await pool.send("PUT", `/v1/carts/${id}/shipping-rate`, { rateId: rates.data[0]?.id }, token);
	const order = {
		cartId: id,
		email: "buyer@example.com",
		payment: { provider: "stripe", paymentMethod: "pm_card_visa" },
	};
	return pool.send("POST", "/v1/orders", order, { ...token, "Idempotency-Key": randomUUID() });
}
