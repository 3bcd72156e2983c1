import anyTest, { type ExecutionContext, type TestFn } from "ava";
import { type Caller, call } from "../runtime/action.ts";
import { newId } from "../runtime/ids.ts";
import { type Finding, reconcileOrders } from "../schemas/order.ts";
import { reserveStock, type Stock } from "../schemas/product.ts";
import type { OrderState } from "../services/order/domain.ts";
import { counters, orders } from "../services/order/model.ts";
import { reconciler, take } from "../services/order/reconcile/timer.ts";
import { idAt } from "../services/order/reconcile/walk.ts";
import { forgetAll, payments } from "../services/payment/model.ts";
import { variants } from "../services/product/model.ts";
import { as, DECLINED, filled, type Goods, type Placed, place, stocked, until, VISA } from "./buyer.ts";
import { oneShop } from "./one-shop.ts";
import { hold, intents, markOf, stripe } from "./stripe.ts";

const test = anyTest as TestFn;
const shop = oneShop(test);
const from = () => shop().node.broker as unknown as Caller;
let admin = "";
test.serial.before(async () => {
	admin = await shop().admin();
});

const run = (repair: boolean) => call(from(), reconcileOrders, { repair, graceSeconds: 0, hours: 1 });
const goods = (onHand = 10) => stocked(shop().client, admin, { onHand });

async function bought(thing: Goods, quantity = 1): Promise<OrderState> {
	const { order } = as<Placed>(201, await place(shop().client, await filled(shop().client, thing, quantity), VISA));
	return orders.get(order.id);
}

async function declined(thing: Goods): Promise<OrderState> {
	const { body } = await place(shop().client, await filled(shop().client, thing), DECLINED);
	return orders.get((body as unknown as { orderId: string }).orderId);
}

async function stockOf({ sku }: Goods): Promise<Stock> {
	const path = `/v1/admin/inventory/${sku}/ledger?limit=1`;
	return as<{ stock: Stock }>(200, await shop().client.request("GET", path, { accessToken: admin })).stock;
}

/** What the provider holds for an order. */
const atStripe = async (orderId: string) =>
	(await intents(shop())).filter(({ metadata }) => metadata.order === orderId).map(({ status }) => status);

/** A dry run tells, a repair sets right, and after it there is nothing to find. */
async function mended(t: ExecutionContext, orderId: string, kinds: Finding["kind"][], told = kinds): Promise<void> {
	const of = ({ findings }: { findings: Finding[] }) => findings.filter((one) => one.orderId === orderId);
	// A movement of stock is looked for in the ledger, which is written a moment after the sale.
	const dry = await until("a dry run tells", async () => {
		const found = of(await run(false));
		return found.length >= told.length && found;
	});
	t.deepEqual(
		dry.map(({ kind, repaired }) => [kind, repaired]),
		told.map((kind) => [kind, null]),
	);
	const repaired = of(await run(true));
	t.deepEqual(
		repaired.map(({ kind, repaired, error }) => [kind, repaired, error]),
		kinds.map((kind) => [kind, true, null]),
	);
	const { findings, blind } = await run(true);
	t.deepEqual(findings, []);
	t.deepEqual(blind, []);
}

test.serial("a healthy shop has no findings, also while checkouts are under way", async (t) => {
	const thing = await goods(200);
	const buy = async (n: number) => {
		const { status } = await place(shop().client, await filled(shop().client, thing), n % 5 === 0 ? DECLINED : VISA);
		return status < 500;
	};
	// A shop that sheds load says so; its buyers come again.
	const buying = Array.from({ length: 60 }, (_, n) => until("it is bought", () => buy(n).catch(() => false), 60));
	let over = false;
	const done = Promise.all(buying).finally(() => {
		over = true;
	});
	let looks = 0;
	for (; !over; looks++) t.deepEqual((await run(false)).findings, []);
	await done;
	const { findings, looked, blind } = await run(false);
	t.deepEqual(findings, []);
	t.deepEqual(blind, []);
	t.true(looked.orders >= 60 && looked.payments >= 60 && looked.provider >= 60, JSON.stringify(looked));
	t.log(`${looks} looks meanwhile`);
});

test.serial("money that is held at the provider for an order and a payment that nobody knows is let go", async (t) => {
	const orderId = newId("ord");
	await hold(shop(), { order: orderId, payment: newId("pay"), shop: markOf(shop()) }, 1_500);
	await mended(t, orderId, ["payment_unrecorded", "money_without_order"], ["payment_unrecorded"]);
	t.deepEqual(await atStripe(orderId), ["canceled"]);
});

test.serial("money that was taken at the provider for an order that nobody knows goes back", async (t) => {
	const [orderId, payment] = [newId("ord"), newId("pay")];
	const { id } = await hold(shop(), { order: orderId, payment, shop: markOf(shop()) }, 1_500);
	await stripe(shop(), "POST", `payment_intents/${id}/capture`);
	await mended(t, orderId, ["payment_unrecorded", "money_without_order"], ["payment_unrecorded"]);
	const stored = await payments.get(payment);
	t.like(stored, { status: "refunded", captured: 1_500, refunded: 1_500 });
	t.is(
		stored.ledger.reduce((sum, { amount }) => sum + amount, 0),
		0,
	);
	t.is(
		stored.ledger.filter(({ account }) => account.startsWith("cash")).reduce((sum, { amount }) => sum + amount, 0),
		0,
	);
});

test.serial("what another shop holds in the same account is left alone", async (t) => {
	const orderId = newId("ord");
	await hold(shop(), { order: orderId, payment: newId("pay"), shop: "another" }, 1_500);
	await hold(shop(), { order: orderId, payment: newId("pay") }, 1_500);
	t.deepEqual((await run(true)).findings, []);
	t.deepEqual(await atStripe(orderId), ["requires_capture", "requires_capture"]);
});

test.serial("a payment whose order is gone is refunded, and its goods go back on the shelf", async (t) => {
	const thing = await goods();
	const { id } = await bought(thing, 2);
	await orders.remove(id);
	await mended(t, id, ["money_without_order", "stock_sold"]);
	t.like(await stockOf(thing), { onHand: 10, reserved: 0 });
	t.is((await payments.findMany({ orderId: id }))[0]?.status, "refunded");
});

test.serial("a confirmed order whose capture was lost is captured", async (t) => {
	const thing = await goods();
	const order = await bought(thing);
	// As it is when the answer of an authorization was stored, and the order was confirmed by a store that came back older.
	const orderId = newId("ord");
	const paymentId = newId("pay");
	const { id: providerId } = await hold(shop(), { order: orderId, payment: paymentId, shop: markOf(shop()) }, 1_000);
	const paid = await payments.get(order.payment.id);
	const { rev: _, ...payment } = paid;
	await payments.insert({
		...payment,
		id: paymentId,
		orderId,
		providerId,
		captureId: null,
		status: "authorized",
		captured: 0,
		ledger: [],
		keys: { ...paid.keys, capture: `${orderId}:capture`, void: `${orderId}:void` },
	});
	const { rev: __, requestKey: ___, ...rest } = order;
	await orders.insert({ ...rest, id: orderId, payment: { ...order.payment, id: paymentId } });
	await mended(t, orderId, ["order_unpaid", "stock_not_sold"]);
	t.deepEqual(await atStripe(orderId), ["succeeded"]);
	t.like(await payments.get(paymentId), { status: "captured", captured: 1_000 });
	t.like(await stockOf(thing), { onHand: 8, reserved: 0 });
});

test.serial("a failed order whose card is still held lets the card go", async (t) => {
	const thing = await goods();
	const { id } = await declined(thing);
	const order = await orders.get(id);
	// The authorization came to the provider after all, and its answer was never stored.
	const payment = await payments.get(order.payment.id);
	const { id: providerId } = await hold(shop(), { order: id, payment: payment.id, shop: markOf(shop()) }, 1_000);
	await payments.change(payment.id, (state) => ({
		state: { ...state, status: "authorized", providerId, failure: null },
	}));
	forgetAll();
	await mended(t, id, ["money_without_order"]);
	t.deepEqual([...(await atStripe(id))].sort(), ["canceled", "requires_payment_method"]);
});

test.serial("money that was taken for a payment that was given up goes back", async (t) => {
	const thing = await goods();
	const { id, payment } = await declined(thing);
	const made = await hold(shop(), { order: id, payment: payment.id, shop: markOf(shop()) }, 1_000);
	await stripe(shop(), "POST", `payment_intents/${made.id}/capture`);
	await until("it is found", async () => (await run(false)).findings.some(({ orderId }) => orderId === id));
	await run(true);
	t.deepEqual((await run(true)).findings, []);
	const stored = await payments.get(payment.id);
	t.like(stored, { status: "refunded", captured: 1_000, refunded: 1_000 });
	t.is(
		stored.ledger.reduce((sum, { amount }) => sum + amount, 0),
		0,
	);
});

test.serial("a cancelled order whose refund and restock were lost is refunded and restocked", async (t) => {
	const thing = await goods();
	const order = await bought(thing, 3);
	await orders.change(order.id, (state) => ({ state: { ...state, saga: "cancelled", status: "cancelled" } }));
	await mended(t, order.id, ["money_without_order", "stock_sold"]);
	t.like(await stockOf(thing), { onHand: 10, reserved: 0 });
	t.is((await payments.get(order.payment.id)).status, "refunded");
});

test.serial("a refund that was stored but never asked for is asked for once", async (t) => {
	const thing = await goods();
	const order = await bought(thing);
	const refundId = `ref_${order.id.slice(4)}`;
	await orders.change(order.id, (state) => ({ state: { ...state, saga: "cancelled", status: "cancelled" } }));
	await payments.change(order.payment.id, (state) => ({
		state: {
			...state,
			refunds: [
				{
					id: refundId,
					key: `${order.id}:refund:${refundId}`,
					providerId: null,
					amount: 1_000,
					status: "requested",
					at: new Date().toISOString(),
				},
			],
		},
	}));
	await mended(t, order.id, ["money_without_order", "stock_sold"]);
	t.like(await payments.get(order.payment.id), { status: "refunded", refunded: 1_000 });
	t.is((await payments.get(order.payment.id)).refunds.length, 1);
});

test.serial("stock that is held for an order that is gone, or that failed, is given back", async (t) => {
	const thing = await goods();
	const gone = newId("ord");
	const { id: failed } = await declined(thing);
	const expiresAt = new Date(Date.now() + 600_000).toISOString();
	const hold = (reference: string) =>
		call(from(), reserveStock, { reference, lines: [{ sku: thing.sku, quantity: 2 }], expiresAt });
	await hold(gone);
	t.is((await stockOf(thing)).reserved, 2);
	await mended(t, gone, ["stock_held"]);
	// A release is for good, so the failed order's hold is one that was written before it.
	const variant = await variants.findOne({ sku: thing.sku });
	await variants.change(variant!.id, (state) => ({
		state: {
			...state,
			reserved: state.reserved + 1,
			holds: [...state.holds, { reference: failed, quantity: 1, expiresAt }],
		},
	}));
	await mended(t, failed, ["stock_held"]);
	t.like(await stockOf(thing), { onHand: 10, reserved: 0 });
});

test.serial("goods of a confirmed order that still lie on the shelf are taken from it", async (t) => {
	const thing = await goods();
	const order = await bought(thing, 2);
	const { rev: _, requestKey: __, ...rest } = order;
	const copy = { ...rest, id: newId("ord") };
	await payments.change(order.payment.id, (state) => ({ state: { ...state, orderId: copy.id } }));
	await orders.insert(copy);
	await orders.remove(order.id);
	await until("both are found", async () => (await run(false)).findings.length === 2);
	const { findings } = await run(true);
	t.deepEqual(
		findings.map(({ kind, orderId, repaired }) => [kind, orderId, repaired]),
		[
			["stock_not_sold", copy.id, true],
			["stock_sold", order.id, true],
		],
	);
	t.deepEqual((await run(true)).findings, []);
	t.like(await stockOf(thing), { onHand: 8, reserved: 0 });
});

test.serial("an order that nobody goes on with is driven to its end", async (t) => {
	const thing = await goods();
	const order = await bought(thing);
	await orders.change(order.id, (state) => ({
		state: {
			...state,
			saga: "committed",
			status: "pending",
			nextAttemptAt: null,
			payment: { ...state.payment, status: "authorized" },
		},
	}));
	await mended(t, order.id, ["order_stranded"]);
	t.like(await orders.get(order.id), { saga: "confirmed", status: "confirmed" });
});

test.serial("a refund that was made at the provider is told on the order", async (t) => {
	const thing = await goods();
	const order = await bought(thing);
	const payment = await payments.get(order.payment.id);
	await stripe(shop(), "POST", "refunds", { payment_intent: payment.providerId!, amount: "400" });
	await until("the order knows", async () => (await orders.get(order.id)).status === "partially_refunded");
	t.like((await orders.get(order.id)).refunds, [{ done: true, amount: { amount: 400, currency: "USD" } }]);
	t.deepEqual((await run(false)).findings, []);
});

test.serial("an order that was bought, sent back in part and one that was cancelled are no findings", async (t) => {
	const thing = await goods();
	const kept = await bought(thing);
	const body = { amount: { amount: 300, currency: "USD" }, reason: "Scratched" };
	as(
		201,
		await shop().client.request("POST", `/v1/admin/orders/${kept.id}/refunds`, {
			accessToken: admin,
			key: newId("key"),
			body,
		}),
	);
	const { order, orderToken } = as<Placed>(201, await place(shop().client, await filled(shop().client, thing), VISA));
	as(200, await shop().client.request("POST", `/v1/orders/${order.id}/cancel`, { orderToken }));
	t.deepEqual((await run(false)).findings, []);
});

test.serial(
	"PayPal lists nothing: what it took for a payment that is behind here is found by looking at the payment",
	async (t) => {
		const thing = await goods();
		const { client } = shop();
		const paypal = { provider: "paypal", returnUrl: "https://shop.test/back" };
		const { order, orderToken } = as<Placed>(201, await place(client, await filled(client, thing), paypal));
		const { approvals } = as<{ approvals: { id: string }[] }>(
			200,
			await client.request("GET", "/sandbox/api/approvals"),
		);
		const asked = approvals.find(({ id }) => order.payment.nextAction?.url.includes(id));
		as(
			200,
			await client.request("POST", `/sandbox/api/approvals/paypal/${asked?.id}`, { body: { outcome: "approve" } }),
		);
		as(200, await client.request("POST", `/v1/orders/${order.id}/resume`, { orderToken }));
		// PayPal's webhook mends it as well; what is looked for is a payment whose webhook was lost.
		await until("no webhook comes any more", async () => {
			await payments.change(order.payment.id, (state) => ({
				state: { ...state, status: "authorized", captured: 0, ledger: [] },
			}));
			forgetAll();
			return (await run(false)).findings.length > 0;
		});
		await mended(t, order.id, ["payment_behind"], ["payment_behind", "order_unpaid"]);
		t.like(await payments.get(order.payment.id), { status: "captured", captured: 1_000 });
	},
);

test.serial("one node at a time reconciles, by itself, what is older than the grace", async (t) => {
	const thing = await goods();
	const old = `${idAt("ord", Date.now() - 120_000)}${"0".repeat(20)}`;
	const young = newId("ord");
	for (const reference of [old, young])
		await call(from(), reserveStock, {
			reference,
			lines: [{ sku: thing.sku, quantity: 1 }],
			expiresAt: new Date(Date.now() + 480_000).toISOString(),
		});
	const later = Date.now() + 3_600_000;
	t.truthy(await take("one node", later));
	t.is(await take("another node", later + 54_000), null);
	t.truthy(await take("another node", later + 55_000));
	await counters.documents.deleteOne({ _id: "reconcile" });
	const here = reconciler(from(), 50);
	await until("the old hold is given back", async () => (await stockOf(thing)).reserved === 1);
	await here.stop();
	const held = (await variants.findOne({ sku: thing.sku }))?.holds.map(({ reference }) => reference);
	t.deepEqual(held, [young]);
	const { body } = await shop().client.request<string>("GET", "/metrics");
	t.regex(body, /^tradewind_reconcile_findings_total\{kind="stock_held",repaired="true"\} [1-9]/m);
	await mended(t, young, ["stock_held"]);
});
