import { createHmac, randomUUID } from "node:crypto";
import anyTest, { type ExecutionContext, type TestFn } from "ava";
import type { RequestOptions } from "../bin/rest.ts";
import type { Order } from "../schemas/order.ts";
import type { Movement, Product, Stock } from "../schemas/product.ts";
import {
	addressed,
	as,
	DECLINED,
	filled,
	type Goods,
	type HeldCart,
	openCart,
	type Placed,
	type Problem,
	place,
	register,
	stocked,
	until,
	VISA,
} from "./buyer.ts";
import { oneShop } from "./one-shop.ts";

const test = anyTest as TestFn;
// Many come at once on purpose; what is refused for load is another matter.
const shop = oneShop(test, { SHED_LOAD: "off" });
const sold: Goods[] = [];
let admin = "";

test.serial.before(async () => {
	admin = await shop().admin();
});

async function goods(options: Parameters<typeof stocked>[2] = {}): Promise<Goods> {
	const made = await stocked(shop().client, admin, options);
	sold.push(made);
	return made;
}

const post = (path: string, options: RequestOptions = {}) =>
	shop().client.request<Order & Omit<Problem, "status">>("POST", path, options);
const get = <T = Order>(path: string, options: RequestOptions = {}) => shop().client.request<T>("GET", path, options);
const orderOf = async ({ order, orderToken }: Placed) =>
	as<Order>(200, await get(`/v1/orders/${order.id}`, { orderToken }));
const stockOf = async ({ sku }: Goods): Promise<Stock> =>
	as<{ stock: Stock }>(200, await get(`/v1/admin/inventory/${sku}/ledger`, { accessToken: admin })).stock;
const refund = (id: string, amount: number, key: string = randomUUID()) =>
	post(`/v1/admin/orders/${id}/refunds`, {
		accessToken: admin,
		key,
		body: { amount: { amount, currency: "USD" }, reason: "Scratched" },
	});

async function bought(made: Goods, payment: object = VISA): Promise<Placed> {
	return as<Placed>(201, await place(shop().client, await filled(shop().client, made), payment));
}

/** Answers a provider's question to the buyer, as the sandbox's page does. */
async function answered(provider: "stripe" | "paypal", { payment }: Order, outcome: string): Promise<void> {
	const { approvals } = as<{ approvals: { id: string }[] }>(200, await get("/sandbox/api/approvals"));
	const found = approvals.find(({ id }) => payment.nextAction?.url.includes(id));
	as(200, await post(`/sandbox/api/approvals/${provider}/${found?.id}`, { body: { outcome } }));
}

test("a guest finds an order by its number and mail address, and nothing by a wrong pair", async (t) => {
	const { client } = shop();
	const made = await goods();
	const { order } = await bought(made);
	const look = (number: string, email: string) => post("/v1/orders/lookup", { body: { number, email } });
	t.like(as(200, await look(order.number, order.email)), { id: order.id, number: order.number });
	as(200, await look(order.number, order.email.toUpperCase()));
	const { order: another } = await bought(made);
	const ada = await register(client);
	const hers = as<Placed>(201, await place(client, await filled(client, made), VISA, ada)).order;
	const none = await look("1", order.email);
	t.is(as<Problem>(404, none).code, "not_found");
	for (const [number, email] of [
		[order.number, "eve@example.com"],
		[String(Number(another.number) + 1_000_000), order.email],
		[hers.number, hers.email],
	] as const) {
		const { requestId, ...rest } = as<Problem & { requestId: string }>(404, await look(number, email));
		const { requestId: other, ...same } = none.body as never as { requestId: string };
		t.deepEqual(rest as object, same, `${number} ${email}`);
	}
	t.is((await look("ORD-1", order.email)).status, 422);
});

test("a declined card leaves the stock and the cart as they were", async (t) => {
	const { client } = shop();
	const made = await goods({ onHand: 5 });
	const cart = await filled(client, made, 2);
	const declined = await place(client, cart, DECLINED);
	t.is(declined.status, 402);
	t.is(declined.body.code, "payment_declined");
	t.regex(declined.body.detail, /declined/i);
	t.deepEqual(await stockOf(made), { sku: made.sku, onHand: 5, reserved: 0, available: 5 });
	t.like(as(200, await get(`/v1/carts/${cart.id}`, cart)), { status: "open" });
	t.is((await place(client, cart)).status, 201);
	t.deepEqual(await stockOf(made), { sku: made.sku, onHand: 3, reserved: 0, available: 3 });
});

test("too little stock is told for each line, and nothing is held", async (t) => {
	const { client } = shop();
	const [few, many] = [await goods({ onHand: 3 }), await goods({ onHand: 50 })];
	const cart = await filled(client, few, 3);
	as(
		200,
		await client.request("POST", `/v1/carts/${cart.id}/items`, {
			cartToken: cart.cartToken,
			body: { sku: many.sku, quantity: 5 },
		}),
	);
	as(200, await client.request("PUT", `/v1/admin/inventory/${few.sku}`, { accessToken: admin, body: { onHand: 1 } }));
	const answer = await place(client, cart);
	t.is(answer.status, 409);
	t.is(answer.body.code, "out_of_stock");
	const { lines } = answer.body as unknown as { lines: { sku: string; available: number }[] };
	t.like(
		lines.find(({ sku }) => sku === few.sku),
		{ requested: 3, available: 1 },
	);
	t.is((await stockOf(many)).reserved, 0);
	t.is((await stockOf(few)).reserved, 0);
});

test("a price that changed is shown before it is charged", async (t) => {
	const { client } = shop();
	const made = await goods({ amount: 1_000 });
	const cart = await filled(client, made, 2);
	const [variant] = made.product.variants;
	const body = {
		variants: [{ id: variant?.id, sku: made.sku, price: { amount: 1_500, currency: "USD" }, requiresShipping: false }],
	};
	as<Product>(
		200,
		await client.request("PATCH", `/v1/admin/products/${made.product.id}`, { accessToken: admin, body }),
	);
	const key = randomUUID();
	const changed = await place(client, cart, VISA, { key });
	t.is(changed.status, 409);
	t.is(changed.body.code, "price_changed");
	t.like((changed.body as unknown as { cart: object }).cart, {
		id: cart.id,
		total: { amount: 3_000, currency: "USD" },
	});
	t.is((await stockOf(made)).reserved, 0);
	const { order } = as<Placed>(201, await place(client, cart));
	t.is(order.totals.total.amount, 3_000);
	t.is(
		as<{ captured: { amount: number } }>(200, await get(`/v1/payments/${order.payment.id}`, { accessToken: admin }))
			.captured.amount,
		3_000,
	);
});

test("fifty requests under one key make one order", async (t) => {
	const { client } = shop();
	const made = await goods();
	const cart = await filled(client, made);
	const key = randomUUID();
	const answers = await Promise.all(Array.from({ length: 50 }, () => raw(cart, key)));
	const made201 = answers.filter(({ status }) => status === 201);
	t.true(made201.length >= 1);
	for (const { status, body } of answers)
		if (status !== 201) t.is((JSON.parse(body) as Problem).code, "idempotency_in_flight");
	const again = await raw(cart, key);
	t.is(again.replayed, "true");
	for (const { body } of made201) t.is(body, again.body);
	t.is((await stockOf(made)).onHand, 99);
	const other = await place(client, cart, DECLINED, { key });
	t.is(other.status, 422);
	t.is(other.body.code, "idempotency_conflict");
});

test("two requests for one cart under different keys end at one order", async (t) => {
	const { client } = shop();
	const made = await goods();
	const cart = await filled(client, made);
	const answers = await Promise.all([place(client, cart), place(client, cart), place(client, cart)]);
	const ids = new Set(
		answers.filter(({ status }) => status === 201 || status === 202).map(({ body }) => body.order.id),
	);
	t.is(ids.size, 1, JSON.stringify(answers.map(({ status, body }) => [status, body.code])));
	for (const { status } of answers) t.true([201, 202, 409].includes(status), String(status));
	t.is((await stockOf(made)).onHand, 99);
	t.is((await stockOf(made)).reserved, 0);
});

test("an order is cancelled before it is sent: money and stock are back", async (t) => {
	const { client } = shop();
	const made = await goods({ onHand: 4 });
	const placed = await bought(made);
	t.is((await stockOf(made)).available, 3);
	const { orderToken } = placed;
	const path = `/v1/orders/${placed.order.id}/cancel`;
	t.like(as<Order>(200, await post(path, { orderToken })), { status: "cancelled" });
	t.like(as<Order>(200, await post(path, { orderToken })), { status: "cancelled" });
	const payment = as<{ captured: { amount: number }; refunded: { amount: number } }>(
		200,
		await get(`/v1/payments/${placed.order.payment.id}`, { orderToken }),
	);
	t.is(payment.captured.amount - payment.refunded.amount, 0);
	t.deepEqual(await stockOf(made), { sku: made.sku, onHand: 4, reserved: 0, available: 4 });
	t.is((await refund(placed.order.id, 1)).status, 409);
	t.is((await client.request("POST", path)).status, 404);
});

test("what was delivered cannot be cancelled; the answer says what can", async (t) => {
	const { client } = shop();
	const cart = await filled(client, await goods({ requiresShipping: true }));
	await addressed(client, cart);
	const placed = as<Placed>(201, await place(client, cart));
	const { trackingNumber } = await until("a label", async () =>
		(await orderOf(placed)).shipments.find((one) => one.trackingNumber),
	);
	as(200, await post(`/sandbox/api/parcels/${trackingNumber}/advance`, { body: { status: "delivered" } }));
	await until("delivered", async () => (await orderOf(placed)).status === "delivered");
	const late = await post(`/v1/orders/${placed.order.id}/cancel`, { orderToken: placed.orderToken });
	t.is(late.status, 409);
	t.like(late.body, { code: "transition_not_allowed", allowed: ["returned", "partially_refunded", "refunded"] });

	const stream = async (headers: Record<string, string>) => {
		const answer = await fetch(`${shop().url}/v1/orders/${placed.order.id}/events`, { headers });
		return {
			status: answer.status,
			ids: [...(await answer.text()).matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)),
		};
	};
	const all = await stream({ "Order-Token": placed.orderToken });
	t.deepEqual(
		all.ids,
		all.ids.map((_, n) => n + 1),
		"the timeline has no gap",
	);
	t.deepEqual((await stream({ "Order-Token": placed.orderToken, "Last-Event-ID": "3" })).ids, all.ids.slice(3));
	t.deepEqual((await stream({ "Order-Token": placed.orderToken, "Last-Event-ID": "999" })).ids, []);
	t.is((await stream({ "Order-Token": placed.orderToken, "Last-Event-ID": "last" })).status, 400);
	t.is((await stream({ "Order-Token": "x".repeat(43) })).status, 404);
	const open = await bought(await goods());
	const head = await fetch(`${shop().url}/v1/orders/${open.order.id}/events`, {
		method: "HEAD",
		headers: { "Order-Token": open.orderToken },
	});
	t.is(head.headers.get("content-type"), "text/event-stream", "HEAD does not wait for what happens next");
});

test("refunds stay within what was paid", async (t) => {
	const made = await goods({ amount: 10_000 });
	const { order } = await bought(made);
	t.is((await refund(order.id, 0)).status, 422);
	t.is((await refund(order.id, -5)).status, 422);
	t.is((await refund(order.id, 10_001)).body.code, "refund_exceeds_payment");
	const key = randomUUID();
	const part = as<Order>(201, await refund(order.id, 3_000, key));
	t.is(part.status, "partially_refunded");
	t.deepEqual((await refund(order.id, 3_000, key)).body, part as never, "the same key refunds once");
	t.is((await refund(order.id, 7_001)).body.code, "refund_exceeds_payment");
	t.is(as<Order>(201, await refund(order.id, 7_000)).status, "refunded");
	t.is((await refund(order.id, 1)).body.code, "refund_exceeds_payment");
	const bare = await post(`/v1/admin/orders/${order.id}/refunds`, {
		accessToken: admin,
		body: { amount: { amount: 1, currency: "USD" }, reason: "x" },
	});
	t.is(bare.body.code, "idempotency_key_required");
	const euros = await post(`/v1/admin/orders/${(await bought(made)).order.id}/refunds`, {
		accessToken: admin,
		key: randomUUID(),
		body: { amount: { amount: 1, currency: "EUR" }, reason: "x" },
	});
	t.is(euros.body.code, "currency_not_supported");
});

test("of two refunds at once that are too much together, one wins", async (t) => {
	const { order } = await bought(await goods({ amount: 100 }));
	const answers = await Promise.all([refund(order.id, 60), refund(order.id, 60)]);
	t.deepEqual(answers.map(({ status }) => status).sort(), [201, 422]);
	t.like(as(200, await get(`/v1/payments/${order.payment.id}`, { accessToken: admin })), {
		captured: { amount: 100 },
		refunded: { amount: 60 },
	});
});

test("a 3-D Secure question that fails ends the order; the cart buys again", async (t) => {
	const { client } = shop();
	const made = await goods({ onHand: 2 });
	const cart = await filled(client, made);
	const { order, orderToken } = as<Placed>(
		201,
		await place(client, cart, {
			provider: "stripe",
			paymentMethod: "pm_card_authenticationRequired",
			returnUrl: "https://shop.example/back",
		}),
	);
	t.is(order.status, "requires_action");
	t.is((await stockOf(made)).reserved, 1);
	await answered("stripe", order, "fail");
	const failed = await post(`/v1/orders/${order.id}/resume`, { orderToken });
	t.is(failed.status, 402);
	t.is(failed.body.code, "payment_declined");
	t.is((await orderOf({ order, orderToken })).status, "payment_failed");
	t.deepEqual(await stockOf(made), { sku: made.sku, onHand: 2, reserved: 0, available: 2 });
	t.is((await place(client, cart)).status, 201);
});

test("a PayPal order that its buyer cancels gives the stock back", async (t) => {
	const { client } = shop();
	const made = await goods({ onHand: 2 });
	const cart = await filled(client, made);
	const { order, orderToken } = as<Placed>(
		201,
		await place(client, cart, { provider: "paypal", returnUrl: "https://shop.example/back" }),
	);
	t.is(order.status, "requires_action");
	t.is((await stockOf(made)).reserved, 1);
	t.like(as<Order>(200, await post(`/v1/orders/${order.id}/resume`, { orderToken })), { status: "requires_action" });
	t.like(as<Order>(200, await post(`/v1/orders/${order.id}/cancel`, { orderToken })), { status: "cancelled" });
	t.deepEqual(await stockOf(made), { sku: made.sku, onHand: 2, reserved: 0, available: 2 });
	t.is((await place(client, cart)).status, 201);
});

test("a guest's order is seen by its token alone, a person's by that person, all of them by staff", async (t) => {
	const { client } = shop();
	const made = await goods();
	const guests = await bought(made);
	const path = `/v1/orders/${guests.order.id}`;
	const { accessToken } = await register(client);
	t.is((await get(path, { orderToken: guests.orderToken })).status, 200);
	for (const who of [
		{},
		{ orderToken: "x".repeat(43) },
		{ orderToken: (await bought(made)).orderToken },
		{ accessToken },
		{ accessToken: admin },
	]) {
		const status = (await get(path, who)).status;
		t.true(
			status === 404 || (status === 200 && "accessToken" in who && who.accessToken === admin),
			JSON.stringify(who).slice(0, 40),
		);
	}
	const own: string[] = [];
	for (let i = 0; i < 3; i++)
		own.unshift(as<Placed>(201, await place(client, await filled(client, made), VISA, { accessToken })).order.id);
	const first = as<{ data: Order[]; nextCursor: string }>(200, await get("/v1/me/orders?limit=2", { accessToken }));
	const second = as<{ data: Order[]; nextCursor: null }>(
		200,
		await get(`/v1/me/orders?limit=2&cursor=${first.nextCursor}`, { accessToken }),
	);
	t.deepEqual(
		[...first.data, ...second.data].map(({ id }) => id),
		own,
	);
	t.is(second.nextCursor, null);
	t.is((await get("/v1/me/orders")).status, 401);
	t.is((await get("/v1/admin/orders")).status, 401);
	t.is((await get("/v1/admin/orders", { accessToken })).status, 403);
	t.is(
		(
			await post(`/v1/admin/orders/${own[0]}/refunds`, {
				accessToken,
				key: randomUUID(),
				body: { amount: { amount: 1, currency: "USD" }, reason: "x" },
			})
		).status,
		403,
	);
	const { data } = as<{ data: Order[] }>(
		200,
		await get("/v1/admin/orders?status=confirmed&limit=100", { accessToken: admin }),
	);
	for (const id of own) t.true(data.some((order) => order.id === id));
	for (const order of data) t.is(order.status, "confirmed");
});

test("a webhook that its provider did not sign is refused", async (t) => {
	const body = JSON.stringify({
		id: "evt_1",
		object: "event",
		type: "payment_intent.succeeded",
		data: { object: { id: "pi_1", object: "payment_intent" } },
	});
	const signed = (at: number, secret: string) =>
		`t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`;
	const now = Math.floor(Date.now() / 1_000);
	const genuine = shop().settings.STRIPE_WEBHOOK_SECRET;
	const send = (path: string, headers: Record<string, string>) =>
		shop().client.request<Problem>("POST", path, { body, headers });
	for (const signature of [
		"",
		"t=1,v1=00",
		signed(now, "another"),
		signed(now - 301, genuine),
		`t=${now}`,
		signed(now, genuine).replace(/.$/, (last) => (last === "0" ? "1" : "0")),
	]) {
		const answer = await send("/v1/webhooks/stripe", { "Stripe-Signature": signature });
		t.is(answer.status, 400, signature);
		t.is(answer.body.code, "invalid_signature");
	}
	for (const provider of ["stripe", "paypal", "easypost", "twilio"])
		t.is((await send(`/v1/webhooks/${provider}`, {})).status, 400, provider);
	t.is((await send("/v1/webhooks/stripe", { "Stripe-Signature": signed(now, genuine) })).status, 200);
	t.is(
		(
			await shop().client.request("POST", "/v1/webhooks/stripe", {
				body: "x".repeat(300_000),
				headers: { "Stripe-Signature": "t=1,v1=0" },
			})
		).status,
		413,
	);
});

test.serial("webhooks that come five times leave one capture", async (t) => {
	const { STRIPE_API_URL, STRIPE_SECRET_KEY } = shop().settings;
	const control = (method: string, body?: object) =>
		fetch(`${STRIPE_API_URL}/_sandbox/faults`, {
			method,
			headers: { Authorization: `Bearer ${STRIPE_SECRET_KEY}`, "Content-Type": "application/json" },
			...(body ? { body: JSON.stringify(body) } : {}),
		});
	t.is((await control("PUT", { webhookRepeat: 5, webhookShuffle: true })).status, 200);
	try {
		const made = await goods({ onHand: 9 });
		const placed = await bought(made);
		await until("the webhooks are through", async () => {
			const answer = await fetch(`${STRIPE_API_URL}/_sandbox/webhook`, {
				headers: { Authorization: `Bearer ${STRIPE_SECRET_KEY}` },
			});
			return ((await answer.json()) as { pending: number }).pending === 0;
		});
		const payment = as(200, await get(`/v1/payments/${placed.order.payment.id}`, { orderToken: placed.orderToken }));
		t.like(payment, { status: "captured", captured: { amount: 1_000 }, refunded: { amount: 0 } });
		const { timeline } = await orderOf(placed);
		t.is(timeline.filter(({ type }) => type === "payment.captured").length, 1);
		t.is(timeline.filter(({ type }) => type === "order.confirmed").length, 1);
		t.is((await stockOf(made)).onHand, 8);
	} finally {
		await control("DELETE");
	}
});

test.serial("thirty buyers of ten pieces buy exactly ten", async (t) => {
	const { client } = shop();
	const made = await goods({ onHand: 10 });
	const carts = await Promise.all(Array.from({ length: 30 }, () => openCart(client)));
	await Promise.all(
		carts.map(({ id, cartToken }) =>
			client.request("POST", `/v1/carts/${id}/items`, { cartToken, body: { sku: made.sku, quantity: 1 } }),
		),
	);
	let won = 0;
	let left = carts;
	// Whoever met a stock that a declined card gave back a moment later tries once more.
	for (let round = 0; round < 3 && won < 10; round++) {
		const answers = await Promise.all(
			left.map((cart, n) => place(client, cart, n % 10 === 9 && round === 0 ? DECLINED : VISA)),
		);
		for (const { status, body } of answers) t.true([201, 402, 409].includes(status), `${status} ${body.code}`);
		won += answers.filter(({ status }) => status === 201).length;
		left = left.filter((_, n) => answers[n]?.status !== 201);
	}
	t.is(won, 10);
	t.deepEqual(await stockOf(made), { sku: made.sku, onHand: 0, reserved: 0, available: 0 });
	t.is((await place(client, left[0] as HeldCart)).body.code, "out_of_stock");
});

test.after("the movements of every SKU that was sold sum to its figures", async (t) => {
	t.true(sold.length > 8);
	for (const made of sold) await sums(t, made);
});

async function sums(t: Pick<ExecutionContext, "is">, { sku }: Goods): Promise<void> {
	let cursor = "";
	let onHand = 0;
	let reserved = 0;
	for (;;) {
		const page = as<{ data: Movement[]; nextCursor: string | null; stock: Stock }>(
			200,
			await get(`/v1/admin/inventory/${sku}/ledger?limit=100${cursor}`, { accessToken: admin }),
		);
		for (const movement of page.data) {
			onHand += movement.onHand;
			reserved += movement.reserved;
		}
		if (page.nextCursor) cursor = `&cursor=${page.nextCursor}`;
		else {
			t.is(onHand, page.stock.onHand, sku);
			t.is(reserved, page.stock.reserved, sku);
			t.is(page.stock.available, onHand - reserved, sku);
			return;
		}
	}
}

/** One order under a key, with the answer's bytes. */
async function raw(cart: HeldCart, key: string) {
	const answer = await fetch(`${shop().url}/v1/orders`, {
		method: "POST",
		headers: { "Content-Type": "application/json", "Cart-Token": cart.cartToken, "Idempotency-Key": key },
		body: JSON.stringify({ cartId: cart.id, email: "ada@example.com", payment: VISA }),
	});
	return { status: answer.status, replayed: answer.headers.get("idempotent-replayed"), body: await answer.text() };
}
