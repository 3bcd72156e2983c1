import anyTest, { type TestFn } from "ava";
import { quantile } from "../bench/open-loop.ts";
import { HOME_WITH_PHONE } from "../data/homes.ts";
import { startElasticsearch } from "../embedded/elasticsearch/index.ts";
import {
	addressed,
	as,
	filled,
	type Goods,
	type HeldCart,
	openCart,
	type Placed,
	place,
	register,
	stocked,
	until,
} from "./buyer.ts";
import { oneShop } from "./one-shop.ts";

const test = anyTest as TestFn;
const index = await startElasticsearch();
const shop = oneShop(test, { ELASTICSEARCH_URL: index.url });
const goods: Record<"parcel" | "file", Goods> = {} as never;

test.serial.before(async () => {
	const admin = await shop().admin();
	goods.parcel = await stocked(shop().client, admin, { onHand: 1_000, requiresShipping: true });
	goods.file = await stocked(shop().client, admin, { onHand: 1_000 });
});
test.afterEach.always(() => Promise.all((["easypost", "stripe", "smtp"] as const).map((name) => faults(name))));
test.after.always(() => index.close().catch(() => {}));

async function faults(name: "easypost" | "stripe" | "smtp", wanted?: object): Promise<void> {
	const { url, apiUrl } = shop().standIns.standIns[name] as { url: string; apiUrl?: string };
	const { status } = await fetch(`${apiUrl ?? url}/_sandbox/faults`, {
		method: wanted ? "PUT" : "DELETE",
		...(wanted ? { headers: { "content-type": "application/json" }, body: JSON.stringify(wanted) } : {}),
	});
	if (status >= 300) throw new Error(`${name} takes no such faults: ${status}`);
}

const orderOf = async ({ order, orderToken }: Placed) =>
	as<Placed["order"]>(200, await shop().client.request("GET", `/v1/orders/${order.id}`, { orderToken }));

async function parcel(): Promise<HeldCart> {
	const cart = await filled(shop().client, goods.parcel);
	await addressed(shop().client, cart);
	return cart;
}

test.serial(
	"with the carrier down a flat rate is offered, the order is paid, and the label comes when it is back",
	async (t) => {
		await faults("easypost", { status: 503 });
		const { client } = shop();
		const cart = await filled(client, goods.parcel);
		const body = { ...HOME_WITH_PHONE, line1: "1 Elsewhere Street" };
		as(200, await client.request("PUT", `/v1/carts/${cart.id}/shipping-address`, { cartToken: cart.cartToken, body }));
		const { data } = as<{ data: { id: string }[] }>(
			200,
			await client.request("GET", `/v1/carts/${cart.id}/shipping-rates`, { cartToken: cart.cartToken }),
		);
		const rate = { cartToken: cart.cartToken, body: { rateId: data[0]?.id } };
		as(200, await client.request("PUT", `/v1/carts/${cart.id}/shipping-rate`, rate));
		const placed = as<Placed>(201, await place(client, cart));
		t.is(placed.order.status, "confirmed");
		t.is(placed.order.payment.status, "captured");
		await until("the shipment waits", async () => (await orderOf(placed)).shipments[0]?.status === "pending");
		t.is((await orderOf(placed)).status, "confirmed");
		await faults("easypost");
		const began = Date.now();
		await until("the label", async () => (await orderOf(placed)).shipments[0]?.trackingNumber, 60);
		t.log(`the label came ${((Date.now() - began) / 1_000).toFixed(1)} s after the carrier's return`);
	},
);

test.serial("with the carrier down a cancellation is not granted before it is so", async (t) => {
	const { client } = shop();
	const placed = as<Placed>(201, await place(client, await parcel()));
	await until("the label", async () => (await orderOf(placed)).shipments[0]?.trackingNumber, 60);
	await faults("easypost", { status: 503 });
	const { orderToken } = placed;
	const cancel = () =>
		client.request<Placed["order"]>("POST", `/v1/orders/${placed.order.id}/cancel`, { orderToken, key: "cancel once" });
	t.is((await cancel()).status, 503);
	t.is((await orderOf(placed)).status, "confirmed");
	await faults("easypost");
	const granted = await until("the cancellation", async () => {
		const answer = await cancel();
		return answer.status === 200 && answer.body;
	});
	t.like(granted, { status: "cancelled", payment: { status: "refunded" } });
	t.deepEqual((await cancel()).body, granted);
});

test.serial("with mail down a checkout is untouched, and its mail comes once when it is back", async (t) => {
	const { client } = shop();
	const { accessToken } = await register(client);
	await faults("smtp", { reject: 451 });
	const cart = await filled(client, goods.file);
	const placed = as<Placed>(201, await place(client, cart, undefined, { accessToken, cartToken: cart.cartToken }));
	t.is(placed.order.status, "confirmed");
	const mails = async () => {
		const { data } = as<{ data: { kind: string; status: string; attempts: number }[] }>(
			200,
			await client.request("GET", "/v1/me/notifications", { accessToken }),
		);
		return data.filter(({ kind }) => kind === "order_confirmed");
	};
	await until("an attempt", async () => (await mails()).some(({ attempts }) => attempts > 0));
	t.is((await orderOf(placed)).status, "confirmed");
	await faults("smtp");
	await until("the mail", async () => (await mails())[0]?.status === "sent", 60);
	t.is((await mails()).length, 1);
});

test.serial("without its index search falls back and says so; all else goes on", async (t) => {
	const { client } = shop();
	await index.close();
	const found = as<{ degraded: boolean; data: object[] }>(200, await client.request("GET", "/v1/search?q=thing"));
	t.true(found.degraded);
	t.true(found.data.length > 0);
	as(200, await client.request("GET", "/v1/products"));
	t.is(as<Placed>(201, await place(client, await parcel())).order.status, "confirmed");
});

test.serial("without the review service a shop sells, and reviews are told to come later", async (t) => {
	const { client, node } = shop();
	await node.broker.destroyService("review");
	const path = `/v1/products/${goods.file.product.id}`;
	as(200, await client.request("GET", path));
	const reviews = await client.request<{ code: string }>("GET", `${path}/reviews`);
	t.is(reviews.status, 503);
	t.is(reviews.body.code, "unavailable");
	t.truthy(reviews.headers.get("retry-after"));
	await openCart(client);
	const placed = as<Placed>(201, await place(client, await filled(client, goods.file)));
	t.is(placed.order.status, "confirmed");
});

test.serial("with the payment provider at thirty seconds, products are read and orders answered", async (t) => {
	const { client } = shop();
	const carts = await Promise.all(Array.from({ length: 20 }, () => filled(client, goods.file)));
	const reads = async () => {
		const times: number[] = [];
		for (let n = 0; n < 300; n++) {
			const began = performance.now();
			as(200, await client.request("GET", `/v1/products/${goods.file.product.id}`));
			times.push(performance.now() - began);
		}
		return quantile(times, 0.99);
	};
	await reads();
	const before = await reads();
	await faults("stripe", { delayMs: 30_000 });
	const began = Date.now();
	const orders = carts.map((cart) => place(client, cart));
	const during = await reads();
	t.log(`a product's p99 was ${before.toFixed(1)} ms before and ${during.toFixed(1)} ms with twenty buyers waiting`);
	const placed = await Promise.all(orders);
	t.true(Date.now() - began < 30_000, "nobody waits for the provider");
	for (const { status, body } of placed) t.is(status, 202, JSON.stringify(body));
});
