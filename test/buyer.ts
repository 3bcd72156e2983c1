import { randomUUID } from "node:crypto";
import type { Static } from "typebox";
import type { Answer, RequestOptions, RestClient } from "../bin/rest.ts";
import { HOME_WITH_PHONE } from "../data/homes.ts";
import type { Cart } from "../schemas/cart.ts";
import type { Order } from "../schemas/order.ts";
import type { Product } from "../schemas/product.ts";

export const VISA = { provider: "stripe", paymentMethod: "pm_card_visa" };
export const DECLINED = { provider: "stripe", paymentMethod: "pm_card_chargeDeclined" };

export interface HeldCart {
	id: string;
	cartToken: string;
}
export interface Placed {
	order: Order;
	orderToken: string;
}
export interface Problem {
	status: number;
	code: string;
	detail: string;
	requestId: string;
	errors?: { path: string; message: string }[];
}
export type Goods = { sku: string; product: Product };

/** The body of an answer that has this status; anything else is an error that shows it. */
export function as<T>(status: number, answer: Answer<unknown>): T {
	if (answer.status !== status)
		throw new Error(`${answer.status} instead of ${status}: ${JSON.stringify(answer.body).slice(0, 500)}`);
	return answer.body as T;
}

/** A product of one variant; what needs no parcel costs its price and nothing else. */
export async function stocked(
	client: RestClient,
	accessToken: string,
	{ amount = 1_000, onHand = 100, requiresShipping = false } = {},
): Promise<Goods> {
	const sku = `T-${randomUUID().slice(0, 8)}`;
	const body = {
		title: `Thing ${sku}`,
		status: "active",
		variants: [{ sku, price: { amount, currency: "USD" }, grams: 200, requiresShipping }],
	};
	const product = as<Product>(201, await client.request("POST", "/v1/admin/products", { accessToken, body }));
	as(200, await client.request("PUT", `/v1/admin/inventory/${sku}`, { accessToken, body: { onHand } }));
	return { sku, product };
}

export async function openCart(client: RestClient, options: RequestOptions = {}): Promise<HeldCart> {
	const { cart, cartToken } = as<{ cart: Static<typeof Cart>; cartToken: string }>(
		201,
		await client.request("POST", "/v1/carts", { body: {}, ...options }),
	);
	return { id: cart.id, cartToken };
}

/** A cart that holds so many of a SKU. */
export async function filled(client: RestClient, { sku }: Goods, quantity = 1): Promise<HeldCart> {
	const cart = await openCart(client);
	const { id, cartToken } = cart;
	as(200, await client.request("POST", `/v1/carts/${id}/items`, { cartToken, body: { sku, quantity } }));
	return cart;
}

/** Gives a cart its address and the first rate that is offered. */
export async function addressed(client: RestClient, { id, cartToken }: HeldCart): Promise<void> {
	as(200, await client.request("PUT", `/v1/carts/${id}/shipping-address`, { cartToken, body: HOME_WITH_PHONE }));
	const { data } = as<{ data: { id: string }[] }>(
		200,
		await client.request("GET", `/v1/carts/${id}/shipping-rates`, { cartToken }),
	);
	as(200, await client.request("PUT", `/v1/carts/${id}/shipping-rate`, { cartToken, body: { rateId: data[0]?.id } }));
}

/** Asks for the order of a cart, under a key of its own unless told. */
export const place = (
	client: RestClient,
	{ id, cartToken }: HeldCart,
	payment: object = VISA,
	more: RequestOptions = {},
) =>
	client.request<Placed & Problem>("POST", "/v1/orders", {
		cartToken,
		key: randomUUID(),
		body: { cartId: id, email: "ada@example.com", payment },
		...more,
	});

/** Of everybody who registers here. */
export const PASSWORD = "a long enough secret";

export async function register(client: RestClient): Promise<{ accessToken: string; userId: string }> {
	const body = { email: `${randomUUID()}@example.com`, password: PASSWORD, name: "Ada Buyer" };
	// On a slow machine tests that hash passwords side by side are too many at once.
	const answer = await until("an account", async () => {
		const tried = await client.request("POST", "/v1/auth/register", { body });
		return tried.status !== 503 && tried;
	});
	const { accessToken, user } = as<{ accessToken: string; user: { id: string } }>(201, answer);
	return { accessToken, userId: user.id };
}

/** Looks again until it is so; what has not come after `seconds` will not come. */
export async function until<T>(
	what: string,
	look: () => Promise<T | null | undefined | false>,
	seconds = 20,
): Promise<T> {
	const end = Date.now() + seconds * 1_000;
	for (;;) {
		const found = await look();
		if (found) return found;
		if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}
