import test from "ava";
import type { Static } from "typebox";
import { NEW_YORK_HOME as home } from "../../data/homes.ts";
import type { Meta } from "../../runtime/action.ts";
import { hashOf, newId } from "../../runtime/ids.ts";
import { refusal } from "../../runtime/testing.ts";
import {
	addItem,
	addPromotion,
	beginCheckout,
	type Cart as CartSchema,
	claimCart,
	createCart,
	createPromotion,
	getCart,
	listPromotions,
	removePromotion,
	reopenCart,
	setShippingAddress,
	updateItem,
} from "../../schemas/cart.ts";
import { erasePerson, personalData } from "../../schemas/person.ts";
import confirmed from "./events/order-confirmed.ts";
import { carts, changeCart, readCart } from "./model.ts";
import { openShop, type Shop } from "./testing.ts";

const shop = await openShop();
const { ask, sell, fill } = shop;
test.after.always(() => shop.close());

const order = () => newId("ord");
/** As an order does it: by who its buyer is. */
const begin = (cartId: string, orderId: string, { userId, cartToken }: Meta = {}) => {
	const tokenHash = cartToken ? hashOf(cartToken) : null;
	return ask(beginCheckout, { cartId, orderId, userId: userId ?? null, tokenHash });
};
const usd = (amount: number) => ({ amount, currency: "USD" });

/** As the bus delivers it. */
const confirm = (cartId: string, orderId: string) =>
	confirmed.handle(
		{
			id: "e",
			name: "order.confirmed",
			aggregate: orderId,
			at: "",
			attempt: 1,
			data: { cartId, orderId, userId: null },
		},
		shop.node.broker,
	);

const used = async (code: string) => {
	const { data } = await ask(listPromotions, { limit: 100 });
	return data.find((promotion) => promotion.code === code)!.used;
};

test("a cart that was completed on another node can be ordered on this one, which knows it incomplete", async (t) => {
	const { id, meta } = await fill([await sell(1_000)], true);
	const { shippingRate, rateUntil } = await readCart(id);
	const { rev } = await changeCart(id, (cart) => ({ ...cart, shippingRate: null }));
	await carts.documents.updateOne({ _id: id }, { $set: { shippingRate, rateUntil, rev: rev + 1 } });
	const orderId = order();
	t.is((await begin(id, orderId, meta)).orderId, orderId);
});

test("a checkout freezes the cart for one order, and the same order gets the same again", async (t) => {
	const { id, meta } = await fill([await sell(1_000), await sell(555)], true);
	const orderId = order();
	const first = await begin(id, orderId, meta);
	t.is(first.orderId, orderId);
	const { totals, items } = first.cart!;
	t.is(totals.subtotal.amount, 1_555);
	t.is(totals.total.amount, 1_555 + totals.shipping.amount);
	t.deepEqual(
		items.map(({ grams, requiresShipping, discount, tax }) => [grams, requiresShipping, discount.amount, tax.amount]),
		[
			[400, true, 0, 0],
			[400, true, 0, 0],
		],
	);
	t.deepEqual(await begin(id, orderId), first);
	t.deepEqual(await begin(id, order(), meta), { orderId, cart: null });
	t.is((await refusal(t, begin(id, order()))).code, "not_found");
	const { items: lines, status } = await ask(getCart, { id }, meta);
	t.is(status, "ordering");
	const late = ask(updateItem, { id, itemId: lines[0]!.id, quantity: 2 }, meta);
	t.is((await refusal(t, late)).code, "cart_not_open");
});

test("of twenty checkouts of one cart at once, all end at the same order", async (t) => {
	const { id, meta } = await fill([await sell(1_000)], true);
	await ask(createPromotion, { code: "only-one", amount: usd(100), usageLimit: 1 });
	await ask(addPromotion, { id, code: "only-one" }, meta);
	const answers = await Promise.all(Array.from({ length: 20 }, () => begin(id, order(), meta)));
	t.is(new Set(answers.map(({ orderId }) => orderId)).size, 1);
	t.is(answers.filter(({ cart }) => cart !== null).length, 1);
});

test("a cart that lacks something says what", async (t) => {
	const missing = async (cart: Awaited<ReturnType<Shop["fill"]>>) =>
		(await refusal(t, begin(cart.id, order(), cart.meta))).data as {
			missing: string[];
		};
	t.deepEqual(await missing(await fill([])), { missing: ["items"] });
	t.deepEqual(await missing(await fill([await sell(100)])), { missing: ["shippingAddress", "shippingRate"] });
	const digital = await fill([await sell(100, 5, { requiresShipping: false })]);
	const { cart } = await begin(digital.id, order(), digital.meta);
	t.is(cart!.totals.total.amount, 100);
});

test("a changed price is shown before it is charged, once", async (t) => {
	const thing = await sell(1_000);
	const { id, meta } = await fill([thing], true);
	await thing.price(1_300);
	const { code, data } = await refusal(t, begin(id, order(), meta));
	t.is(code, "price_changed");
	t.like((data as { cart: object }).cart, { subtotal: { amount: 1_300 }, status: "open" });
	const { cart } = await begin(id, order(), meta);
	t.is(cart!.totals.subtotal.amount, 1_300);
});

test("a promotion that ended since the buyer saw it is a changed price", async (t) => {
	const { id, meta } = await fill([await sell(1_000)], true);
	await ask(createPromotion, { code: "SHORT", percentage: 50, endsAt: "2999-01-01T00:00:00Z" });
	t.is((await ask(addPromotion, { id, code: "SHORT" }, meta)).discount.amount, 500);
	const over = new Date().toISOString();
	await changeCart(id, (cart) => ({ ...cart, promotions: [{ ...cart.promotions[0]!, endsAt: over }] }));
	t.is((await ask(getCart, { id }, meta)).messages[0]!.code, "promotion_not_applicable");
	const { code, data } = await refusal(t, begin(id, order(), meta));
	t.is(code, "price_changed");
	t.like((data as { cart: object }).cart, { promotions: [], discount: { amount: 0 } });
	t.is((await begin(id, order(), meta)).cart!.totals.discount.amount, 0);
});

test("too little stock is told for each line", async (t) => {
	const [some, none] = [await sell(100, 5), await sell(100, 5)];
	const { id, meta } = await fill([some, none], true);
	await ask(addItem, { id, sku: some.sku, quantity: 3 }, meta);
	await some.stock(2);
	await none.withdraw();
	const { code, data } = await refusal(t, begin(id, order(), meta));
	t.is(code, "cart_incomplete", "the weight changed, so the rate goes first");
	t.deepEqual(data, { missing: ["shippingRate"] } as never);
	const digital = await fill([await sell(100, 5, { requiresShipping: false })]);
	const [line] = (await ask(getCart, { id: digital.id }, digital.meta)).items;
	const gone = await sell(100, 5, { requiresShipping: false });
	await ask(addItem, { id: digital.id, sku: gone.sku, quantity: 2 }, digital.meta);
	await ask(updateItem, { id: digital.id, itemId: line!.id, quantity: 4 }, digital.meta);
	await gone.stock(1);
	const short = await refusal(t, begin(digital.id, order(), digital.meta));
	t.deepEqual(short, {
		code: "out_of_stock",
		data: { lines: [{ sku: gone.sku, requested: 2, available: 1 }] } as never,
	});
});

test("a failed order gives the cart and the promotion's use back, however often it says so", async (t) => {
	const { id, meta } = await fill([await sell(1_000)], true);
	await ask(createPromotion, { code: "BACK", percentage: 10, usageLimit: 1 });
	await ask(addPromotion, { id, code: "back" }, meta);
	const orderId = order();
	const { cart } = await begin(id, orderId, meta);
	t.deepEqual(cart!.promotions, [{ code: "BACK", discount: usd(100) }]);
	t.is(await used("BACK"), 1);
	t.deepEqual(await ask(reopenCart, { cartId: id, orderId: order() }), { reopened: false });
	t.deepEqual(await ask(reopenCart, { cartId: id, orderId }), { reopened: true });
	t.deepEqual(await ask(reopenCart, { cartId: id, orderId }), { reopened: false });
	t.is(await used("BACK"), 0);
	t.is((await ask(getCart, { id }, meta)).status, "open");
	const next = order();
	t.is((await begin(id, next, meta)).orderId, next);
	t.deepEqual(await ask(reopenCart, { cartId: id, orderId }), { reopened: false });
	t.is((await ask(getCart, { id }, meta)).status, "ordering");
});

test("a confirmed order keeps its cart and counts the promotion once, also when it is told twice and late", async (t) => {
	const { id, meta } = await fill([await sell(1_000)], true);
	await ask(createPromotion, { code: "KEPT", amount: usd(250) });
	await ask(addPromotion, { id, code: "KEPT" }, meta);
	const orderId = order();
	const { cart } = await begin(id, orderId, meta);
	for (let i = 0; i < 3; i++) await confirm(id, orderId);
	await confirm(id, order());
	await confirm("cart_0", orderId);
	t.is((await ask(getCart, { id }, meta)).status, "ordered");
	t.is(await used("KEPT"), 1);
	t.deepEqual(await ask(reopenCart, { cartId: id, orderId }), { reopened: false });
	t.deepEqual(await begin(id, order(), meta), { orderId, cart: null });
	t.deepEqual(await begin(id, orderId, meta), { orderId, cart });
	t.is(await used("KEPT"), 1);
});

test("of fifty checkouts at once with a promotion for ten, ten get it and forty keep an open cart", async (t) => {
	const thing = await sell(1_000, 1_000, { requiresShipping: false });
	await ask(createPromotion, { code: "TEN", percentage: 20, usageLimit: 10 });
	const carts = await Promise.all(Array.from({ length: 50 }, () => fill([thing])));
	await Promise.all(carts.map(({ id, meta }) => ask(addPromotion, { id, code: "TEN" }, meta)));
	const answers = await Promise.allSettled(carts.map(({ id, meta }) => begin(id, order(), meta)));
	const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
	t.is(refused.length, 40);
	t.true(refused.every(({ type, data }) => type === "promotion_exhausted" && data.code === "TEN"));
	t.is(await used("TEN"), 10);
	const open = await Promise.all(carts.map(({ id, meta }) => ask(getCart, { id }, meta)));
	t.is(open.filter(({ status }) => status === "open").length, 40);
	const late = await fill([thing]);
	const { code } = await refusal(t, ask(addPromotion, { id: late.id, code: "TEN" }, late.meta));
	t.is(code, "promotion_exhausted");
});

test("a code is refused with the reason", async (t) => {
	const { id, meta } = await fill([await sell(1_000)]);
	const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
	await ask(createPromotion, { code: "OVER", percentage: 10, startsAt: hour(-2), endsAt: hour(-1) });
	await ask(createPromotion, { code: "SOON", percentage: 10, startsAt: hour(1) });
	await ask(createPromotion, { code: "BIG", percentage: 10, minimum: usd(1_001) });
	for (const [tried, reason] of [
		["OVER", "promotion_expired"],
		["SOON", "promotion_not_started"],
		["BIG", "promotion_minimum_not_reached"],
		["NONE", "promotion_unknown"],
	] as const) {
		t.is((await refusal(t, ask(addPromotion, { id, code: tried }, meta))).code, reason);
	}
	t.is((await refusal(t, ask(addPromotion, { id, code: "BIG" }))).code, "not_found");
});

test("a promotion is applied once and can be taken off", async (t) => {
	const { id, meta } = await fill([await sell(1_000)]);
	await ask(createPromotion, { code: "once", percentage: 33, title: "A third" });
	await ask(addPromotion, { id, code: "ONCE" }, meta);
	const cart = await ask(addPromotion, { id, code: "Once" }, meta);
	t.deepEqual(cart.promotions, [{ code: "ONCE", title: "A third", discount: usd(330) }]);
	t.is((await ask(removePromotion, { id, code: "once" }, meta)).total.amount, 1_000);
});

test("a promotion needs a free code, the shop's currency and an end after its start", async (t) => {
	await ask(createPromotion, { code: "TAKEN", percentage: 5 });
	const made = (more: object) => refusal(t, ask(createPromotion, { code: "NEW", ...more } as never));
	t.is((await made({ code: "taken", percentage: 5 })).code, "conflict");
	t.is((await made({ amount: { amount: 1, currency: "EUR" } })).code, "currency_not_supported");
	t.is((await made({ amount: usd(-1) })).code, "validation_failed");
	const backwards = { percentage: 5, startsAt: "2026-02-01T00:00:00Z", endsAt: "2026-01-01T00:00:00Z" };
	t.is((await made(backwards)).code, "validation_failed");
});

test("a guest's cart becomes the person's, summed with theirs and capped by stock", async (t) => {
	const [common, scarce, other] = [await sell(100, 50), await sell(200, 5), await sell(300)];
	const userId = newId("usr");
	const { cart: mine } = await ask(createCart, {}, { userId });
	for (const [thing, quantity] of [
		[common, 2],
		[scarce, 4],
		[other, 1],
	] as const)
		await ask(addItem, { id: mine.id, sku: thing.sku, quantity }, { userId });
	const { id, meta } = await fill([common, scarce]);
	await ask(addItem, { id, sku: scarce.sku, quantity: 2 }, meta);

	t.is((await refusal(t, ask(claimCart, { id }, { userId }))).code, "not_found");
	const claimed = await ask(claimCart, { id }, { userId, ...meta });
	t.is(claimed.id, id);
	t.deepEqual(
		claimed.items.map(({ sku, quantity }) => [sku, quantity]),
		[
			[common.sku, 3],
			[scarce.sku, 5],
			[other.sku, 1],
		],
	);
	t.deepEqual(
		claimed.messages.map(({ code }) => code),
		["quantity_reduced"],
	);
	const again = await ask(claimCart, { id }, { userId, ...meta });
	t.deepEqual(again.items, claimed.items);
	t.is((await ask(getCart, { id: mine.id }, { userId })).id, id);
	t.is((await refusal(t, ask(getCart, { id }, meta))).code, "not_found");
	t.is((await refusal(t, ask(claimCart, { id }, { userId: "usr_2", ...meta }))).code, "not_found");
	const late = ask(addItem, { id: mine.id, sku: common.sku, quantity: 1 }, { userId });
	t.is((await refusal(t, late)).code, "cart_not_open");
});

test("two claims of one cart at once merge the person's lines once", async (t) => {
	const thing = await sell(100, 50);
	const userId = newId("usr");
	const { cart: mine } = await ask(createCart, {}, { userId });
	await ask(addItem, { id: mine.id, sku: thing.sku, quantity: 2 }, { userId });
	const { id, meta } = await fill([thing]);
	await Promise.all([1, 2, 3].map(() => ask(claimCart, { id }, { userId, ...meta })));
	t.is((await ask(getCart, { id }, { userId })).items[0]!.quantity, 3);
});

test("a person's carts are exported and then forgotten, and an ordered one keeps its sums", async (t) => {
	const thing = await sell(100, 50, { requiresShipping: false });
	const userId = newId("usr");
	const [open, bought] = [await ask(createCart, {}, { userId }), await ask(createCart, {}, { userId })];
	for (const { cart } of [open, bought]) await ask(addItem, { id: cart.id, sku: thing.sku, quantity: 1 }, { userId });
	await ask(setShippingAddress, { id: bought.cart.id, ...home }, { userId });
	const orderId = order();
	await begin(bought.cart.id, orderId, { userId });
	await confirm(bought.cart.id, orderId);
	const person = { userId, addressHash: null, verified: false };
	const { carts } = (await ask(personalData.cart, person)).data as { carts: Static<typeof CartSchema>[] };
	t.deepEqual(
		carts.map(({ id }) => id),
		[open.cart.id, bought.cart.id],
	);
	t.is(carts[1]!.shippingAddress!.name, home.name);
	t.deepEqual(await ask(erasePerson.cart, person), { erased: 2, waiting: 0 });
	t.deepEqual(await ask(erasePerson.cart, person), { erased: 0, waiting: 0 });
	t.is((await refusal(t, ask(getCart, { id: open.cart.id }, { userId }))).code, "not_found");
	const kept = await readCart(bought.cart.id);
	t.notRegex(JSON.stringify(kept), new RegExp(`${home.line1}|${userId}`));
	t.is(kept.checkout!.totals.total.amount, 100);
});
