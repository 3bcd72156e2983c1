import { randomUUID } from "node:crypto";
import anyTest, { type TestFn } from "ava";
import type { RestClient } from "../bin/rest.ts";
import type { Order } from "../schemas/order.ts";
import type { Stock } from "../schemas/product.ts";
import { as, DECLINED, filled, type Goods, type HeldCart, type Placed, place, stocked, until, VISA } from "./buyer.ts";
import { oneShop } from "./one-shop.ts";
import { intents } from "./stripe.ts";

const test = anyTest as TestFn;
const shop = oneShop(test);

const BUYERS = 1_000;
const STOCK = 100;
/** All of them order at once, with carts that were filled before. */
const AT_ONCE = BUYERS;
const FILLING = 50;

type End = "bought" | "declined" | "refused";
interface Buyer {
	cart: HeldCart;
	payment: object;
	end: End | null;
}

/** Lets `workers` go through the items, each taking the next one. */
async function together<T>(items: T[], workers: number, work: (item: T) => Promise<void>): Promise<void> {
	const queue = items.values();
	await Promise.all(
		Array.from({ length: workers }, async () => {
			for (const item of queue) await work(item);
		}),
	);
}

/** One try, as a good client makes it: what was not answered, or not for good, is asked again under the same key. */
async function buy(client: RestClient, buyer: Buyer): Promise<void> {
	const key = randomUUID();
	for (;;) {
		const answer = await place(client, buyer.cart, buyer.payment, { key }).catch(() => null);
		const { status, body } = answer ?? { status: 0 };
		if (status === 201) buyer.end = "bought";
		else if (status === 202) buyer.end = await outcome(client, body as Placed);
		else if (status === 402 && body?.code === "payment_declined") buyer.end = "declined";
		else if (status === 409 && body?.code === "out_of_stock") buyer.end = "refused";
		else if (!answer || status === 503 || status === 429 || body?.code === "idempotency_in_flight") {
			const seconds = Number(answer?.headers.get("retry-after") ?? 1);
			await new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));
			continue;
		} else throw new Error(`${status} ${JSON.stringify(body).slice(0, 300)}`);
		return;
	}
}

/** What came of an order that was pending when it was answered. */
const outcome = (client: RestClient, { order: { id }, orderToken }: Placed): Promise<End> =>
	until(
		`the outcome of ${id}`,
		async () => {
			const answer = await client.request("GET", `/v1/orders/${id}`, { orderToken });
			if (answer.status === 503) return null;
			const { status, payment } = as<Order>(200, answer);
			if (status === "pending") return null;
			if (status !== "payment_failed") return "bought";
			return payment.status === "failed" ? "declined" : "refused";
		},
		60,
	);

test("a thousand buyers, one card in ten declined, buy the hundred that there are and not one more", async (t) => {
	t.timeout(300_000);
	const { client, admin } = shop();
	const accessToken = await admin();
	const goods: Goods = await stocked(client, accessToken, { onHand: STOCK });
	const path = `/v1/admin/inventory/${goods.sku}/ledger?limit=1`;
	// What an operator asks for is shed first when the shop is busy.
	const stock = () =>
		until("the stock", async () => {
			const answer = await client.request<{ stock: Stock }>("GET", path, { accessToken });
			return answer.status !== 503 && as<{ stock: Stock }>(200, answer).stock;
		});
	const numbers = Array.from({ length: BUYERS }, (_, n) => n);
	const buyers: Buyer[] = [];
	await together(numbers, FILLING, async (n) => {
		const cart = await until("a cart", () => filled(client, goods).catch(() => null), 30);
		buyers.push({ cart, payment: n % 10 === 9 ? DECLINED : VISA, end: null });
	});

	let over = false;
	const snapshots: Stock[] = [];
	const watch = (async () => {
		while (!over) {
			snapshots.push(await stock());
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	})();
	const tries: number[] = [];
	try {
		// What declined cards gave back goes to buyers who were refused meanwhile.
		for (let left = STOCK; left > 0; left = (await stock()).available) {
			const turn = buyers.filter(({ end }) => end === null || end === "refused");
			tries.push(turn.length);
			await together(turn, AT_ONCE, (buyer) => buy(client, buyer));
			await until("no stock is held", async () => (await stock()).reserved === 0, 60);
		}
	} finally {
		over = true;
		await watch;
	}

	const count = (wanted: End) => buyers.filter(({ end }) => end === wanted).length;
	t.log(
		`${count("bought")} bought, ${count("declined")} were declined, ${count("refused")} refused; rounds of ${tries}`,
	);
	t.is(count("bought"), STOCK);
	t.true(count("declined") > 0);
	t.is(count("bought") + count("declined") + count("refused"), BUYERS);
	t.like(await stock(), { onHand: 0, reserved: 0, available: 0 });
	for (const { onHand, reserved, available } of snapshots) {
		t.true(available >= 0 && reserved >= 0 && onHand >= 0);
		t.is(available + reserved, onHand);
	}

	// As many captures at the provider as buyers who were told that they bought, and no card is held for nothing.
	const atStripe = await until("the declined cards are let go", async () => {
		const found = await intents(shop());
		return found.every(({ status }) => status !== "requires_capture") && found;
	});
	t.is(atStripe.filter(({ status }) => status === "succeeded").length, STOCK);
});
