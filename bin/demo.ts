import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { HOME_WITH_PHONE } from "../data/homes.ts";
import { type Answer, type RequestOptions, RestClient } from "./rest.ts";

const { values } = parseArgs({
	options: {
		url: { type: "string", default: "http://127.0.0.1:3000" },
		file: { type: "string", default: join(import.meta.dirname, "..", "data", "sample-catalogue.csv") },
		email: { type: "string", default: process.env.ADMIN_EMAIL || "admin@tradewind.test" },
		password: { type: "string", default: process.env.ADMIN_PASSWORD || "" },
		query: { type: "string", default: "mug" },
	},
});

// Parts of answers that the demo looks at; the rest is checked against the schemas by the shop's own tests.
type Money = { amount: number; currency: string };
type Variant = { id: string; sku: string; price: Money; available: number };
type Product = { id: string; slug: string; title: string; variants: Variant[] };
type Cart = { id: string; items: { id: string; quantity: number }[]; subtotal: Money; discount: Money; total: Money };
type Order = {
	id: string;
	number: string;
	status: string;
	totals: { total: Money };
	payment: { id: string; status: string; nextAction: { type: string; url: string } | null };
	shipments: { id: string; trackingNumber: string | null; status: string }[];
	timeline: { type: string }[];
};
type Placed = { order: Order; orderToken: string };

const shop = new RestClient(values.url);
const run = randomUUID().slice(0, 8);
const email = `ada.${run}@example.com`;
const began = performance.now();
let steps = 0;

/** An answer that is not as the contract says. */
class Unexpected extends Error {}

function expect(condition: unknown, what: string, seen?: unknown): asserts condition {
	if (!condition)
		throw new Unexpected(`${what}${seen === undefined ? "" : `, but: ${JSON.stringify(seen).slice(0, 600)}`}`);
}

async function step<T>(title: string, work: () => Promise<[T, string] | T>): Promise<T> {
	const started = performance.now();
	try {
		const result = await work();
		const [value, note] = Array.isArray(result) ? (result as [T, string]) : [result, ""];
		steps++;
		console.log(`ok  ${title.padEnd(38)} ${(performance.now() - started).toFixed(0).padStart(6)} ms  ${note}`);
		return value;
	} catch (error) {
		console.log(
			`NO  ${title.padEnd(38)} ${(performance.now() - started).toFixed(0).padStart(6)} ms  ${(error as Error).message}`,
		);
		process.exit(1);
	}
}

async function ask<T>(method: string, path: string, status: number, options: RequestOptions = {}): Promise<Answer<T>> {
	const answer = await shop.request<T>(method, path, options);
	expect(answer.status === status, `${method} ${path} must answer ${status}`, {
		status: answer.status,
		body: answer.body,
	});
	return answer;
}

/** Asks again until it is so; a fact that has not come after `seconds` will not come. */
async function until<T>(what: string, seconds: number, look: () => Promise<T | null | undefined | false>): Promise<T> {
	const end = performance.now() + seconds * 1_000;
	for (;;) {
		const found = await look();
		if (found) return found;
		expect(performance.now() < end, `${what} within ${seconds} s`);
		await new Promise((resolve) => setTimeout(resolve, 150));
	}
}

async function signIn(): Promise<string> {
	const { body } = await ask<{ accessToken: string }>("POST", "/v1/auth/login", 200, {
		body: { email: values.email, password: values.password },
	});
	return body.accessToken;
}

async function importFile(accessToken: string): Promise<string> {
	const { size } = await stat(values.file);
	const response = await fetch(`${shop.url}/v1/admin/imports`, {
		method: "POST",
		headers: { Authorization: `Bearer ${accessToken}`, "Content-Type": "text/csv" },
		body: createReadStream(values.file) as never,
		duplex: "half",
	} as RequestInit);
	expect(response.status === 202, "an import must answer 202", response.status);
	const { id } = (await response.json()) as { id: string };
	const done = await until("the import must end", 300, async () => {
		const { body } = await ask<{
			status: string;
			rows: number;
			created: number;
			updated: number;
			unchanged: number;
			errors: unknown[];
		}>("GET", `/v1/admin/imports/${id}`, 200, { accessToken });
		return body.status === "running" ? null : body;
	});
	expect(done.status === "completed", "the import must complete", done);
	return `${Math.round(size / 1024)} kB, ${done.rows} rows: ${done.created} created, ${done.updated} updated, ${done.unchanged} unchanged, ${done.errors.length} errors`;
}

async function findProduct(): Promise<Product> {
	return until("search must find a product that can be bought", 20, async () => {
		const { body } = await ask<{ data: { product: Product }[]; degraded: boolean }>(
			"GET",
			`/v1/search?q=${encodeURIComponent(values.query)}&inStock=true`,
			200,
		);
		return body.data
			.map(({ product }) => product)
			.find((product) => product.variants.some(({ available }) => available >= 5));
	});
}

const cartOf = async (): Promise<{ cart: Cart; cartToken: string }> =>
	(await ask<{ cart: Cart; cartToken: string }>("POST", "/v1/carts", 201, { body: {} })).body;

async function fill(variant: Variant, quantity: number): Promise<{ id: string; cartToken: string }> {
	const { cart, cartToken } = await cartOf();
	await ask("POST", `/v1/carts/${cart.id}/items`, 200, { cartToken, body: { variantId: variant.id, quantity } });
	await ask("PUT", `/v1/carts/${cart.id}/shipping-address`, 200, { cartToken, body: HOME_WITH_PHONE });
	const { body } = await ask<{ data: { id: string }[] }>("GET", `/v1/carts/${cart.id}/shipping-rates`, 200, {
		cartToken,
	});
	await ask("PUT", `/v1/carts/${cart.id}/shipping-rate`, 200, { cartToken, body: { rateId: body.data[0]?.id } });
	return { id: cart.id, cartToken };
}

const place = (cart: { id: string; cartToken: string }, payment: object, options: RequestOptions = {}) =>
	shop.request<Placed>("POST", "/v1/orders", {
		cartToken: cart.cartToken,
		key: randomUUID(),
		...options,
		body: { cartId: cart.id, email, payment },
	});

async function availableOf(product: Product, variant: Variant): Promise<number> {
	const { body } = await ask<Product>("GET", `/v1/products/${product.slug}`, 200);
	return body.variants.find(({ id }) => id === variant.id)?.available ?? -1;
}

const orderOf = async (placed: Placed): Promise<Order> =>
	(await ask<Order>("GET", `/v1/orders/${placed.order.id}`, 200, { orderToken: placed.orderToken })).body;

async function approve(kind: "stripe" | "paypal", url: string): Promise<void> {
	const { body } = await ask<{ approvals: { id: string; url: string }[] }>("GET", "/sandbox/api/approvals", 200);
	const found = body.approvals.find((one) => url.includes(one.id));
	expect(found, "the sandbox must know the approval", body);
	await ask("POST", `/sandbox/api/approvals/${kind}/${found.id}`, 200, { body: { outcome: "complete" } });
}

console.log(`A buyer at ${shop.url}\n`);
await step("the shop is ready", () =>
	until("readiness", 30, async () => (await shop.request("GET", "/health/ready")).status === 200),
);
const admin = await step("administrator signs in", signIn);
await step("import of a product file", async () => ["", await importFile(admin)]);
const product = await step("search", async () => {
	const found = await findProduct();
	return [found, `"${values.query}" finds ${found.title}`];
});
const variant = await step("product by slug", async () => {
	const { body, headers } = await ask<Product>("GET", `/v1/products/${product.slug}`, 200);
	const chosen = body.variants.find(({ available }) => available >= 5);
	expect(chosen, "a variant must be in stock", body.variants);
	const etag = headers.get("etag") ?? "";
	await ask("GET", `/v1/products/${product.slug}`, 304, { headers: { "If-None-Match": etag } });
	return [chosen, `${chosen.sku}, ${chosen.available} available`];
});
const buyer = await step("buyer registers", async () => {
	const body = { email, password: `demo ${run} password`, name: "Ada Buyer" };
	const { accessToken } = (await ask<{ accessToken: string }>("POST", "/v1/auth/register", 201, { body })).body;
	await ask("POST", "/v1/auth/register", 409, { body });
	return [accessToken, email];
});
const bought = await step("cart with two pieces", async () => {
	const { cart, cartToken } = (
		await ask<{ cart: Cart; cartToken: string }>("POST", "/v1/carts", 201, { accessToken: buyer, body: {} })
	).body;
	await ask("POST", `/v1/carts/${cart.id}/items`, 200, { cartToken, body: { variantId: variant.id, quantity: 1 } });
	const { body } = await ask<Cart>("POST", `/v1/carts/${cart.id}/items`, 200, {
		cartToken,
		body: { sku: variant.sku, quantity: 1 },
	});
	expect(body.items.length === 1 && body.items[0]?.quantity === 2, "the same variant must add up", body.items);
	return [{ id: cart.id, cartToken }, `subtotal ${body.subtotal.amount} ${body.subtotal.currency}`];
});
await step("promotion code", async () => {
	const code = `DEMO${run.toUpperCase()}`;
	await ask("POST", "/v1/admin/promotions", 201, { accessToken: admin, body: { code, percentage: 10 } });
	await ask("POST", `/v1/carts/${bought.id}/promotions`, 422, {
		cartToken: bought.cartToken,
		body: { code: "NOSUCHCODE" },
	});
	const { body } = await ask<Cart>("POST", `/v1/carts/${bought.id}/promotions`, 200, {
		cartToken: bought.cartToken,
		body: { code },
	});
	expect(body.discount.amount === Math.round(body.subtotal.amount / 10), "ten percent must be taken off", body);
	return ["", `${code}: ${body.discount.amount} off`];
});
await step("address, rates, rate", async () => {
	const { cartToken } = bought;
	await ask("PUT", `/v1/carts/${bought.id}/shipping-address`, 200, { cartToken, body: HOME_WITH_PHONE });
	const rates = (
		await ask<{ data: { id: string; carrier: string; service: string; price: Money }[] }>(
			"GET",
			`/v1/carts/${bought.id}/shipping-rates`,
			200,
			{ cartToken },
		)
	).body.data;
	const chosen = rates[0];
	expect(chosen, "there must be rates", rates);
	await ask("PUT", `/v1/carts/${bought.id}/shipping-rate`, 200, { cartToken, body: { rateId: chosen.id } });
	return ["", `${rates.length} rates; ${chosen.carrier} ${chosen.service} for ${chosen.price.amount}`];
});
const placed = await step("order with pm_card_visa", async () => {
	const key = randomUUID();
	const payment = { provider: "stripe", paymentMethod: "pm_card_visa" };
	const first = await place(bought, payment, { key, accessToken: buyer });
	expect(first.status === 201 && first.body.order.status === "confirmed", "an order must be confirmed", first);
	const again = await place(bought, payment, { key, accessToken: buyer });
	expect(
		again.headers.get("idempotent-replayed") === "true" && JSON.stringify(again.body) === JSON.stringify(first.body),
		"the same key must give the same answer",
		again,
	);
	return [
		first.body,
		`number ${first.body.order.number}, ${first.body.order.totals.total.amount} ${first.body.order.totals.total.currency}`,
	];
});
await step("another's order is not there", async () => {
	await ask("GET", `/v1/orders/${placed.order.id}`, 404);
	await ask("GET", `/v1/payments/${placed.order.payment.id}`, 404);
});
await step("timeline until delivered", async () => {
	const shipment = await until("a label", 30, async () =>
		(await orderOf(placed)).shipments.find(({ trackingNumber }) => trackingNumber),
	);
	for (const status of ["in_transit", "out_for_delivery", "delivered"]) {
		await ask("POST", `/sandbox/api/parcels/${shipment.trackingNumber}/advance`, 200, { body: { status } });
	}
	const order = await until("delivered", 30, async () => {
		const now = await orderOf(placed);
		return now.status === "delivered" && now;
	});
	return ["", order.timeline.map(({ type }) => type).join(" → ")];
});
await step("order events as a stream", async () => {
	const response = await fetch(`${shop.url}/v1/orders/${placed.order.id}/events`, {
		headers: { "Order-Token": placed.orderToken, "Last-Event-ID": "1" },
	});
	const text = await response.text();
	expect(
		/^id: 2$/m.test(text) && !/^id: 1$/m.test(text) && /order\.delivered/.test(text),
		"the stream must go on after Last-Event-ID",
		text.slice(0, 300),
	);
	return ["", `${text.split("\n\n").length - 1} events after the first`];
});
await step("the mail and the message came", async () => {
	const mails = await until("mails", 30, async () => {
		const { body } = await ask<{ messages: { subject: string }[] }>(
			"GET",
			`/sandbox/api/mails?to=${encodeURIComponent(email)}`,
			200,
		);
		return body.messages.some(({ subject }) => subject.includes(placed.order.number)) && body.messages;
	});
	const texts = await until("text messages", 30, async () => {
		const { body } = await ask<{ messages: { body: string }[] }>(
			"GET",
			`/sandbox/api/messages?to=${encodeURIComponent(HOME_WITH_PHONE.phone)}`,
			200,
		);
		return body.messages.some((one) => one.body.includes(placed.order.number)) && body.messages;
	});
	return [
		"",
		`${mails.length} mails, ${texts.filter((one) => one.body.includes(placed.order.number)).length} messages`,
	];
});
await step("review with the verified mark", async () => {
	const body = { rating: 5, title: "Just right", body: "Came quickly and looks as in the picture." };
	const review = await until("a verified review", 20, async () => {
		const { data } = (
			await ask<{ data: { id: string; verified: boolean; title: string; author: string }[] }>(
				"GET",
				`/v1/products/${product.id}/reviews?sort=newest`,
				200,
			)
		).body;
		const mine = data.find(({ author, title }) => author.startsWith("Ada") && title === body.title);
		if (!mine) await shop.request("POST", `/v1/products/${product.id}/reviews`, { accessToken: buyer, body });
		return mine?.verified && mine;
	});
	await ask("POST", `/v1/products/${product.id}/reviews`, 409, { accessToken: buyer, body });
	return ["", review.id];
});
await step("a declined card", async () => {
	const before = await availableOf(product, variant);
	const cart = await fill(variant, 1);
	const declined = await place(cart, { provider: "stripe", paymentMethod: "pm_card_chargeDeclined" });
	expect(
		declined.status === 402 && (declined.body as unknown as { code: string }).code === "payment_declined",
		"a declined card must answer 402",
		declined,
	);
	const after = await availableOf(product, variant);
	expect(after === before, "the stock must be back", { before, after });
	const retried = await place(cart, { provider: "stripe", paymentMethod: "pm_card_visa" });
	expect(retried.status === 201, "the cart must be usable again", retried);
	return ["", `402, stock ${before} again; the same cart then bought ${retried.body.order.number}`];
});
await step("a 3-D Secure order", async () => {
	const cart = await fill(variant, 1);
	const { status, body } = await place(cart, {
		provider: "stripe",
		paymentMethod: "pm_card_authenticationRequired",
		returnUrl: `${shop.url}/?return=payment`,
	});
	expect(
		status === 201 && body.order.status === "requires_action" && body.order.payment.nextAction,
		"it must need its buyer",
		body,
	);
	await approve("stripe", body.order.payment.nextAction.url);
	const { body: order } = await ask<Order>("POST", `/v1/orders/${body.order.id}/resume`, 200, {
		orderToken: body.orderToken,
	});
	expect(order.status === "confirmed", "it must be confirmed", order);
	return ["", `requires_action → ${order.status}`];
});
await step("a PayPal order", async () => {
	const cart = await fill(variant, 1);
	const { status, body } = await place(cart, { provider: "paypal", returnUrl: `${shop.url}/?return=payment` });
	expect(
		status === 201 && body.order.status === "requires_action" && body.order.payment.nextAction,
		"it must need its buyer",
		body,
	);
	await approve("paypal", body.order.payment.nextAction.url);
	const { body: order } = await ask<Order>("POST", `/v1/orders/${body.order.id}/resume`, 200, {
		orderToken: body.orderToken,
	});
	expect(order.status === "confirmed", "it must be confirmed", order);
	return ["", `requires_action → ${order.status}`];
});
console.log(`\n${steps} steps in ${((performance.now() - began) / 1_000).toFixed(1)} s: the shop sells`);
