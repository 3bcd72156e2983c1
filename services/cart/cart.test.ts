import test from "ava";
import { NEW_YORK_HOME as home } from "../../data/homes.ts";
import { commandCount } from "../../runtime/store/connection.ts";
import { refusal } from "../../runtime/testing.ts";
import {
	addItem,
	cartShippingRates,
	createCart,
	getCart,
	removeItem,
	setShippingAddress,
	setShippingRate,
	updateItem,
} from "../../schemas/cart.ts";
import { openShop } from "./testing.ts";

const shop = await openShop({ TAX_RATES: "US-NY=8.875" });
const { ask, sell, fill } = shop;
test.after.always(() => shop.close());

test("the same variant again adds up, by id or SKU", async (t) => {
	const shirt = await sell(1_999);
	const { cart, cartToken } = await ask(createCart, {});
	t.like(cart, { status: "open", items: [], total: { amount: 0, currency: "USD" }, version: 1 });
	const meta = { cartToken };
	await ask(addItem, { id: cart.id, sku: shirt.sku, quantity: 2 }, meta);
	const { items, subtotal, total, version } = await ask(
		addItem,
		{ id: cart.id, variantId: shirt.variantId, quantity: 3 },
		meta,
	);
	t.is(items.length, 1);
	t.like(items[0], { sku: shirt.sku, quantity: 5, unitPrice: { amount: 1_999 }, total: { amount: 9_995 } });
	t.is(subtotal.amount, 9_995);
	t.is(total.amount, 9_995);
	t.is(version, 3);
	t.deepEqual((await ask(getCart, { id: cart.id }, meta)).items, items);
});

test("a line can be changed and taken out, and one that is not there is not found", async (t) => {
	const cup = await sell(700);
	const { id, meta } = await fill([cup, await sell(100)]);
	const [line] = (await ask(getCart, { id }, meta)).items;
	const changed = await ask(updateItem, { id, itemId: line!.id, quantity: 4 }, meta);
	t.is(changed.subtotal.amount, 2_900);
	t.is((await ask(removeItem, { id, itemId: line!.id }, meta)).items.length, 1);
	t.is((await refusal(t, ask(removeItem, { id, itemId: line!.id }, meta))).code, "not_found");
	t.is((await refusal(t, ask(updateItem, { id, itemId: "itm_0", quantity: 1 }, meta))).code, "not_found");
});

test("more than there is, more than 9,999 and what is not sold are refused with the reason", async (t) => {
	const lamp = await sell(5_000, 3);
	const { id, meta } = await fill([lamp]);
	const { sku } = lamp;
	const short = await refusal(t, ask(addItem, { id, sku, quantity: 3 }, meta));
	t.deepEqual(short, { code: "out_of_stock", data: { sku, available: 3 } as never });
	await lamp.stock(20_000);
	t.is((await refusal(t, ask(addItem, { id, sku, quantity: 9_999 }, meta))).code, "quantity_exceeded");
	for (const quantity of [0, -1, 1.5, 1e9, "2" as never])
		t.is((await refusal(t, ask(addItem, { id, sku, quantity }, meta))).code, "validation_failed");
	const sent = { id, sku, quantity: 1, price: 1 } as never;
	t.is((await refusal(t, ask(addItem, sent, meta))).code, "validation_failed");
	t.is((await refusal(t, ask(addItem, { id, sku: "NO-SUCH", quantity: 1 }, meta))).code, "variant_unknown");
	const [line] = (await ask(getCart, { id }, meta)).items;
	await lamp.stock(1);
	const fewer = await refusal(t, ask(updateItem, { id, itemId: line!.id, quantity: 2 }, meta));
	t.deepEqual(fewer, { code: "out_of_stock", data: { sku, available: 1 } as never });
});

test("a stranger's cart is not found, as if there were none", async (t) => {
	const mug = await sell(500);
	const { id, meta } = await fill([mug]);
	const person = { userId: "usr_1" };
	const { cart: own } = await ask(createCart, {}, person);
	t.is((await ask(getCart, { id: own.id }, person)).id, own.id);
	for (const [cartId, who] of [
		[id, {}],
		[id, { cartToken: "guess" }],
		[id, person],
		[own.id, meta],
		[own.id, { userId: "usr_2" }],
		["cart_0", meta],
	] as const) {
		t.is((await refusal(t, ask(getCart, { id: cartId }, who))).code, "not_found");
		t.is((await refusal(t, ask(addItem, { id: cartId, sku: mug.sku, quantity: 1 }, who))).code, "not_found");
		t.is((await refusal(t, ask(setShippingAddress, { id: cartId, ...home }, who))).code, "not_found");
		t.is((await refusal(t, ask(setShippingRate, { id: cartId, rateId: "rate_0" }, who))).code, "not_found");
		const stale = { ...who, ifMatch: 99 };
		t.is((await refusal(t, ask(removeItem, { id: cartId, itemId: "itm_0" }, stale))).code, "not_found");
	}
});

test("a change that names an old version is refused", async (t) => {
	const { id, meta } = await fill([await sell(100)]);
	const { version, items } = await ask(getCart, { id }, meta);
	const itemId = items[0]!.id;
	const changed = await ask(updateItem, { id, itemId, quantity: 2 }, { ...meta, ifMatch: version });
	t.is(changed.version, version + 1);
	const late = ask(updateItem, { id, itemId, quantity: 3 }, { ...meta, ifMatch: version });
	t.is((await refusal(t, late)).code, "precondition_failed");
});

test("a read shows today's prices and says what changed, and stores nothing", async (t) => {
	const [rises, sells, goes] = [await sell(1_000), await sell(200, 5), await sell(300)];
	const { id, meta } = await fill([rises, sells, goes]);
	await rises.price(1_250);
	await sells.stock(0);
	await goes.withdraw();
	const first = await ask(getCart, { id }, meta);
	const codes = first.messages.map(({ code, itemId }) => [code, first.items.findIndex((item) => item.id === itemId)]);
	t.deepEqual(codes, [
		["price_changed", 0],
		["out_of_stock", 1],
		["no_longer_sold", 2],
	]);
	t.is(first.messages[0]!.message, `${first.items[0]!.title} costs $12.50 now, $10.00 before`);
	t.is(first.items[0]!.unitPrice.amount, 1_250);
	t.deepEqual(await ask(getCart, { id }, meta), first);
	const seen = await ask(updateItem, { id, itemId: first.items[0]!.id, quantity: 2 }, meta);
	t.is(seen.items[0]!.total.amount, 2_500);
	t.false((await ask(getCart, { id }, meta)).messages.some(({ code }) => code === "price_changed"));
});

test("rates are offered for the address, the chosen one is taxed, and another weight or place drops it", async (t) => {
	const box = await sell(1_000);
	const { id, meta } = await fill([]);
	const rates = () => ask(cartShippingRates, { id }, meta);
	t.deepEqual(await refusal(t, rates()), { code: "cart_incomplete", data: { missing: ["items"] } as never });
	await ask(addItem, { id, sku: box.sku, quantity: 1 }, meta);
	t.deepEqual(await refusal(t, rates()), { code: "cart_incomplete", data: { missing: ["shippingAddress"] } as never });
	await ask(setShippingAddress, { id, ...home }, meta);
	const { data } = await rates();
	t.deepEqual([...new Set(data.map(({ carrier }) => carrier))].sort(), ["FedEx", "UPS"]);
	const [rate] = data;
	t.is((await refusal(t, ask(setShippingRate, { id, rateId: "rate_0" }, meta))).code, "shipping_rate_unknown");
	const chosen = await ask(setShippingRate, { id, rateId: rate!.id }, meta);
	t.deepEqual(chosen.shippingRate, rate!);
	t.is(chosen.tax.amount, Math.round((1_000 + rate!.price.amount) * 0.08875));
	t.is(chosen.total.amount, 1_000 + chosen.shipping.amount + chosen.tax.amount);

	t.deepEqual((await ask(setShippingAddress, { id, ...home, line1: "1 Broadway" }, meta)).shippingRate, rate!);
	const heavier = await ask(addItem, { id, sku: box.sku, quantity: 1 }, meta);
	t.is(heavier.shippingRate, null);
	t.is(heavier.shipping.amount, 0);
	t.deepEqual(
		heavier.messages.map(({ code }) => code),
		["shipping_rate_expired"],
	);
	t.is((await refusal(t, ask(setShippingRate, { id, rateId: rate!.id }, meta))).code, "shipping_rate_unknown");
	const again = await ask(setShippingRate, { id, rateId: (await rates()).data[0]!.id }, meta);
	t.deepEqual(again.messages, []);
	const moved = await ask(setShippingAddress, { id, ...home, city: "Buffalo", postalCode: "14201" }, meta);
	t.is(moved.shippingRate, null);
});

test("nothing that is not sent needs a rate", async (t) => {
	const { id, meta } = await fill([await sell(1_000, 9, { requiresShipping: false })]);
	t.deepEqual((await ask(cartShippingRates, { id }, meta)).data, []);
});

test("only the shop's currency is sold in", async (t) => {
	t.is((await refusal(t, ask(createCart, { currency: "EUR" }))).code, "currency_not_supported");
	t.is((await ask(createCart, { currency: "USD" })).cart.currency, "USD");
});

test("twenty additions at once are all there", async (t) => {
	const pen = await sell(10, 1_000);
	const { id, meta } = await fill([]);
	await Promise.all(Array.from({ length: 20 }, () => ask(addItem, { id, sku: pen.sku, quantity: 1 }, meta)));
	t.is((await ask(getCart, { id }, meta)).items[0]!.quantity, 20);
});

test.serial("an addition, an address, a rate and a new cart cost one command to the cart's store each", async (t) => {
	const thing = await sell(10, 1_000);
	const { id, meta } = await fill([thing], true);
	const { data } = await ask(cartShippingRates, { id }, meta);
	// The relays look at their outboxes meanwhile: the least of several tries is the work's own.
	const cost = async (work: () => Promise<unknown>) => {
		const costs: number[] = [];
		for (let i = 0; i < 6; i++) {
			const before = commandCount();
			await work();
			costs.push(commandCount() - before);
		}
		return Math.min(...costs);
	};
	t.is(await cost(() => ask(setShippingRate, { id, rateId: data[1]!.id }, meta)), 1);
	t.is(await cost(() => ask(setShippingAddress, { id, ...home, line1: "2 Broadway" }, meta)), 1);
	t.is(await cost(() => ask(createCart, {})), 1);
	const added = await cost(() => ask(addItem, { id, sku: thing.sku, quantity: 1 }, meta));
	t.true(added <= 2, `${added}, of which one is the product service's`);
});
