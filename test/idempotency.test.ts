import { randomUUID } from "node:crypto";
import { join } from "node:path";
import anyTest, { type TestFn } from "ava";
import { answers, startChild } from "../bench/processes.ts";
import { freePort } from "../bin/ports.ts";
import type { Order } from "../schemas/order.ts";
import { as, filled, type Goods, type HeldCart, stocked, until, VISA } from "./buyer.ts";
import { oneShop } from "./one-shop.ts";
import type { TestShop } from "./shop.ts";
import { intents } from "./stripe.ts";

const test = anyTest as TestFn;
// Many come at once on purpose; what is refused for load is another matter.
const shop = oneShop(test, { SHED_LOAD: "off" });
const AT_ONCE = 50;

interface Bytes {
	status: number;
	replayed: boolean;
	text: string;
}

/** One request for an order, its answer as it came. */
async function order(url: string, cart: HeldCart, key: string | null, body: object): Promise<Bytes> {
	const headers: Record<string, string> = { "Content-Type": "application/json", "Cart-Token": cart.cartToken };
	if (key !== null) headers["Idempotency-Key"] = key;
	const answer = await fetch(`${url}/v1/orders`, { method: "POST", headers, body: JSON.stringify(body) });
	const replayed = answer.headers.get("idempotent-replayed") === "true";
	return { status: answer.status, replayed, text: await answer.text() };
}

const bodyOf = (cart: HeldCart, more: object = {}) => ({
	cartId: cart.id,
	email: "ada@example.com",
	payment: VISA,
	...more,
});

/** Where the shop is reached: with NATS, at the gateway of this process and at one in a process of its own. */
async function doors({ url, settings }: TestShop): Promise<{ urls: string[]; close(): Promise<void> }> {
	if (!settings.NATS_URL) return { urls: [url], close: () => Promise.resolve() };
	const port = String(await freePort("127.0.0.1"));
	const second = `http://127.0.0.1:${port}`;
	const environment = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
	const child = await startChild(
		join(import.meta.dirname, "..", "bin", "node.ts"),
		["gateway"],
		{ ...environment, PORT: port, NODE_ID: `gateway.${port}` },
		() => answers(`${second}/health/ready`),
	);
	return { urls: [url, second], close: child.stop };
}

const problem = ({ status, text }: Bytes) => ({ status, code: (JSON.parse(text) as { code: string }).code });

let admin = "";
let goods: Goods;
test.before(async () => {
	admin = await shop().admin();
	goods = await stocked(shop().client, admin, { onHand: 500 });
});

test("fifty requests at once with one key, at every gateway, make one order, one payment and one answer", async (t) => {
	const { urls, close } = await doors(shop());
	t.teardown(close);
	t.log(urls.length === 2 ? "at two gateway nodes" : "at one gateway: a second one needs NATS_URL");
	const cart = await filled(shop().client, goods, 2);
	const key = randomUUID();
	const send = (n: number) => order(urls[n % urls.length] as string, cart, key, bodyOf(cart));
	const first = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => send(n)));
	for (const answer of first) {
		if (answer.status === 409) t.is(problem(answer).code, "idempotency_in_flight");
		else t.is(answer.status, 201, answer.text);
	}
	t.is(first.filter(({ status, replayed }) => status === 201 && !replayed).length, 1);

	// Whoever was told that it runs asks again and gets the answer of the one that ran, wherever that was.
	const made = first.find(({ status, replayed }) => status === 201 && !replayed) as Bytes;
	const last = await Promise.all(
		first.map(({ status }, n) => (status === 409 ? until("the answer", () => settled(send(n))) : first[n])),
	);
	t.deepEqual([...new Set(last.map((answer) => answer?.text))], [made.text]);

	const { order: placed } = JSON.parse(made.text) as { order: Order };
	const { data } = as<{ data: Order[] }>(
		200,
		await shop().client.request("GET", "/v1/admin/orders?limit=100", { accessToken: admin }),
	);
	const sku = goods.sku;
	t.is(data.filter(({ id, items }) => id === placed.id && items.some((item) => item.sku === sku)).length, 1);
	const ofKey = data.filter(({ items }) => items.some((item) => item.sku === sku && item.quantity === 2));
	t.deepEqual(
		ofKey.map(({ id }) => id),
		[placed.id],
	);
	const paid = (await intents(shop())).filter(({ metadata }) => metadata.order === placed.id);
	t.deepEqual(
		paid.map(({ status, amount_received }) => [status, amount_received]),
		[["succeeded", placed.totals.total.amount]],
	);
});

async function settled(answer: Promise<Bytes>): Promise<Bytes | null> {
	const found = await answer;
	return found.status === 409 ? null : found;
}

test("a key with another body is refused, and leaves the first answer as it was", async (t) => {
	const cart = await filled(shop().client, goods);
	const key = randomUUID();
	const made = await order(shop().url, cart, key, bodyOf(cart));
	t.is(made.status, 201, made.text);
	const other = await order(shop().url, cart, key, bodyOf(cart, { email: "eve@example.com" }));
	t.deepEqual(problem(other), { status: 422, code: "idempotency_conflict" });
	const again = await order(shop().url, cart, key, bodyOf(cart));
	t.deepEqual(again, { ...made, replayed: true });
});

test("a key is no way past a query that the route does not know", async (t) => {
	const key = randomUUID();
	const open = (path: string) => shop().client.request<{ code: string }>("POST", path, { key, body: {} });
	t.is((await open("/v1/carts")).status, 201);
	const { status, body } = await open("/v1/carts?role=administrator");
	t.like({ status, ...body }, { status: 422, code: "idempotency_conflict" });
});

test("an order without a key is refused, and nothing is ordered", async (t) => {
	const cart = await filled(shop().client, goods);
	const refused = await order(shop().url, cart, null, bodyOf(cart));
	t.deepEqual(problem(refused), { status: 400, code: "idempotency_key_required" });
	const { status } = as<{ status?: string; items: object[] }>(
		200,
		await shop().client.request("GET", `/v1/carts/${cart.id}`, { cartToken: cart.cartToken }),
	);
	t.not(status, "ordered");
	t.is((await order(shop().url, cart, randomUUID(), bodyOf(cart))).status, 201, "the cart is still open");
});

test("a declined card is as final as an order: the same key gives the same refusal", async (t) => {
	const cart = await filled(shop().client, goods);
	const key = randomUUID();
	const body = bodyOf(cart, { payment: { provider: "stripe", paymentMethod: "pm_card_chargeDeclined" } });
	const declined = await order(shop().url, cart, key, body);
	t.deepEqual(problem(declined), { status: 402, code: "payment_declined" });
	t.deepEqual(await order(shop().url, cart, key, body), { ...declined, replayed: true });
});
