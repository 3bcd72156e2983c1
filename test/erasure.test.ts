import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import anyTest, { type TestFn } from "ava";
import type { RequestOptions } from "../bin/rest.ts";
import { log } from "../runtime/log.ts";
import { schemaOf } from "../runtime/service.ts";
import type { OutboxEvent } from "../runtime/store/aggregate.ts";
import type { Order } from "../schemas/order.ts";
import review from "../services/review/review.service.ts";
import { sweep } from "../services/shipping/sweep.ts";
import { as, DECLINED, openCart, type Placed, register, stocked, until } from "./buyer.ts";
import { oneShop } from "./one-shop.ts";
import {
	cartFor,
	everything,
	moved,
	ordered,
	PASSWORD,
	rowsOf,
	type Somebody,
	signUp,
	somebody,
	streamed,
	tracesOf,
} from "./person.ts";

const lines: string[] = [];
log("info", { write: (line) => void lines.push(line) });

const test = anyTest as TestFn;
const shop = oneShop(test, { LOG_LEVEL: "info" });
const published: OutboxEvent[] = [];
let admin = "";
let sku = "";
let productId = "";

test.serial.before(async () => {
	const { bus } = shop().node;
	const publish = bus.publish.bind(bus);
	bus.publish = (event) => {
		published.push(structuredClone(event));
		return publish(event);
	};
	admin = await shop().admin();
	const made = await stocked(shop().client, admin, { amount: 2_500, requiresShipping: true });
	sku = made.sku;
	productId = made.product.id;
});

const ask = <T = Record<string, unknown>>(method: string, path: string, options: RequestOptions = {}) =>
	shop().client.request<T>(method, path, options);

const fault = (faults: object | null) =>
	fetch(`${shop().standIns.standIns.smtp?.apiUrl}/_sandbox/faults`, {
		method: faults ? "PUT" : "DELETE",
		headers: { "content-type": "application/json" },
		...(faults ? { body: JSON.stringify(faults) } : {}),
	});

interface Erasure {
	_id: string;
	left: Record<string, unknown>;
	quietSince: string | null;
}
const erasureOf = async (userId: string) =>
	(await everything(shop())).find(({ at, document }) => at === "user.erasures" && document._id === userId)
		?.document as unknown as Erasure | undefined;
const erased = (userId: string) =>
	until("nothing of the person is found any more", async () => (await erasureOf(userId))?.quietSince, 30);

/** The sums that the accounts rest on. */
async function sums() {
	const all = await everything(shop());
	const of = (place: string) => all.filter(({ at }) => at === place).map(({ document }) => document);
	const pick = (documents: Record<string, unknown>[], ...names: string[]) =>
		documents.map((one) => ["_id", ...names].map((name) => JSON.stringify(one[name])).join(" ")).sort();
	return {
		orders: pick(of("order.orders"), "number", "totals", "items"),
		payments: pick(of("payment.payments"), "amount", "captured", "refunded", "currency", "ledger"),
		stock: pick(of("product.movements"), "sku", "onHand", "reserved", "reference"),
		ratings: pick(of("review.ratings"), "sum", "count"),
		helpful: pick(of("review.reviews"), "rating", "helpful", "unhelpful", "reported"),
		promotions: pick(of("cart.promotions"), "used"),
	};
}

/** A life with the shop: as a guest, then with an account. */
async function life(who: Somebody) {
	const other = await register(shop().client);
	const theirs = as<{ id: string }>(
		201,
		await ask("POST", `/v1/products/${productId}/reviews`, {
			accessToken: other.accessToken,
			body: { rating: 2, title: "So so", body: "It works" },
		}),
	);
	const guests = await ordered(shop(), sku, who);
	await moved(shop(), guests, "delivered");
	const { accessToken, refreshToken, userId, verify } = await signUp(shop(), who);
	const unproven = as<{ data: Order[] }>(200, await ask("GET", "/v1/me/orders", { accessToken }));
	if (unproven.data.length > 0) throw new Error("an unproven address showed a guest's orders");
	await verify();
	const own = { accessToken };
	as(200, await ask("PATCH", "/v1/me", { ...own, body: { phone: who.address.phone } }));
	as(201, await ask("POST", "/v1/me/addresses", { ...own, key: randomUUID(), body: who.address }));
	as(200, await ask("PUT", "/v1/me/preferences", { ...own, body: { sms: true, marketing: true } }));
	const delivered = await ordered(shop(), sku, who, own);
	await moved(shop(), delivered, "delivered");
	const travelling = await ordered(shop(), sku, who, own);
	await moved(shop(), travelling, "in_transit");
	const refunded = await ordered(shop(), sku, who, own);
	await moved(shop(), refunded, "in_transit");
	as(
		201,
		await ask("POST", `/v1/admin/orders/${refunded.order.id}/refunds`, {
			accessToken: admin,
			key: randomUUID(),
			body: { amount: { amount: 500, currency: "USD" }, reason: `${who.name} rang ${who.address.phone}` },
		}),
	);
	await ordered(shop(), sku, who, { ...own, payment: DECLINED, status: 402 });
	const unpaid = await ordered(shop(), sku, who, {
		...own,
		payment: { provider: "paypal", returnUrl: `https://shop.example/back?mail=${who.email}` },
	});
	await cartFor(shop(), sku, who, accessToken);
	as(
		201,
		await ask("POST", `/v1/products/${productId}/reviews`, {
			...own,
			key: randomUUID(),
			body: { rating: 5, title: "Lovely", body: `Yours, ${who.name.split(" ")[0]}` },
		}),
	);
	as(201, await ask("POST", `/v1/reviews/${theirs.id}/comments`, { ...own, body: { body: "I like mine" } }));
	as(200, await ask("POST", `/v1/reviews/${theirs.id}/votes`, { ...own, body: { helpful: true } }));
	as(204, await ask("POST", `/v1/reviews/${theirs.id}/reports`, { ...own, body: { reason: `Ask ${who.email}` } }));
	// A mail that its server will not take becomes a dead letter.
	await fault({ reject: 451, to: who.email });
	as(204, await ask("POST", "/v1/auth/forgot-password", { body: { email: who.email } }));
	await until(
		"a dead letter",
		async () =>
			as<{ data: object[] }>(200, await ask("GET", "/v1/admin/dead-letters", { accessToken: admin })).data.length > 0,
	);
	await fault(null);
	return { accessToken, refreshToken, userId, guests, delivered, travelling, refunded, unpaid, theirs };
}

type Export = Record<string, Record<string, Record<string, unknown>[]>>;

test.serial("whoever asks to be forgotten is found nowhere any more, and the sums are as before", async (t) => {
	const who = somebody();
	const before = lines.length;
	const { accessToken, refreshToken, userId, guests, unpaid, theirs } = await life(who);

	const mine = as<{ data: Order[] }>(200, await ask("GET", "/v1/me/orders?limit=50", { accessToken })).data;
	t.true(
		mine.some(({ id }) => id === guests.order.id),
		"what was ordered as a guest belongs to who proved the address",
	);
	await until("the guest's payment is the person's", async () => {
		const path = `/v1/payments/${guests.order.payment.id}`;
		return (await ask("GET", path, { accessToken })).status === 200;
	});

	const answer = await ask<Export>("GET", "/v1/me/export", { accessToken });
	const held = as<Export>(200, answer);
	t.is(held.user?.accounts?.[0]?.email, who.email);
	t.is(held.order?.orders?.length, mine.length);
	for (const [service, names] of Object.entries({
		user: ["accounts", "addresses"],
		cart: ["carts"],
		order: ["orders"],
		payment: ["payments"],
		shipping: ["shipments"],
		review: ["reviews", "comments", "reports", "votes", "purchases"],
		notification: ["preferences", "notifications"],
		gateway: ["keptAnswers"],
	}))
		for (const name of names) t.true((held[service]?.[name]?.length ?? 0) > 0, `${service}.${name} is exported`);
	for (const needle of [...who.needles, "Lovely", "I like mine"]) t.true(JSON.stringify(held).includes(needle), needle);
	t.notRegex(JSON.stringify(held), /argon2|tokenHash|passwordHash|"token"|"family"|paymentMethod|"keys"/);

	await until("all is told", async () => shop().node.relay.pending() === 0);
	const known = await everything(shop());
	for (const needle of who.needles) t.true(tracesOf([needle], known).length > 0, `${needle} was there`);
	const told = rowsOf(readFileSync(new URL("../docs/personal-data.md", import.meta.url), "utf8"));
	for (const place of new Set(known.map(({ at }) => at.replace(/^\w+\.deadletters$/, "deadletters"))))
		t.true(place.startsWith("search ") || told.has(place), `docs/personal-data.md tells of ${place}`);
	const sumsBefore = await sums();

	as(204, await ask("DELETE", "/v1/me", { accessToken }));
	t.is((await ask("GET", "/v1/me", { accessToken })).status, 401);
	t.is((await ask("POST", "/v1/auth/refresh", { body: { refreshToken } })).status, 401);
	t.is((await ask("POST", "/v1/auth/login", { body: { email: who.email, password: PASSWORD } })).status, 401);
	await erased(userId);

	t.deepEqual(tracesOf(who.needles, await everything(shop())), []);
	const order = as<Order>(200, await ask("GET", `/v1/orders/${unpaid.order.id}`, { orderToken: unpaid.orderToken }));
	t.is(order.status, "cancelled", "what nobody will pay for is not waited for");
	const after = await sums();
	// Giving back what the unpaid order held is a movement of its own.
	for (const key of ["orders", "payments", "ratings", "helpful", "promotions"] as const)
		t.deepEqual(after[key], sumsBefore[key], key);
	t.true(sumsBefore.stock.every((movement) => after.stock.includes(movement)));
	const { data } = as<{ data: { author: string; title: string; body: string }[] }>(
		200,
		await ask("GET", `/v1/products/${productId}/reviews`),
	);
	const review = data.find(({ title }) => title === "Lovely");
	t.like(review, { author: "deleted", body: "[deleted]" });
	t.like(
		data.find(({ title }) => title === "So so"),
		{ comments: [{ author: "deleted", body: "I like mine" }], helpful: 1 } as never,
	);
	t.is(theirs.id.slice(0, 4), "rev_");

	t.true(published.length > 20 && lines.length > before);
	t.deepEqual(
		tracesOf(
			who.needles,
			published.map((event) => ({ at: event.name, document: { ...event } })),
		),
		[],
	);
	t.deepEqual(
		tracesOf(
			who.needles,
			lines.map((line) => ({ at: line, document: { line } })),
		),
		[],
	);

	const messages = await streamed(shop());
	t.is(messages.length > 20, shop().settings.NATS_URL !== "");
	t.deepEqual(tracesOf(who.needles, messages), []);

	await t.notThrowsAsync(again(who));
});

/** The address is free: a fresh account sees nothing of the old one. */
async function again(who: Somebody): Promise<void> {
	const { accessToken, verify } = await signUp(shop(), who);
	await verify();
	const { data } = as<{ data: Order[] }>(200, await ask("GET", "/v1/me/orders", { accessToken }));
	if (data.length > 0) throw new Error("the fresh account sees the old one's orders");
	const held = as<Export>(200, await ask("GET", "/v1/me/export", { accessToken }));
	for (const service of ["cart", "order", "payment", "shipping", "review"])
		for (const [name, entries] of Object.entries(held[service] ?? {}))
			if (entries.length > 0) throw new Error(`the fresh account is told of the old one's ${name}`);
}

test.serial("a service that is down when somebody is erased catches up when it is back", async (t) => {
	const who = somebody();
	const { accessToken, userId } = await signUp(shop(), who);
	const body = { rating: 4, title: "Fine", body: "Good" };
	as(201, await ask("POST", `/v1/products/${productId}/reviews`, { accessToken, body }));
	const { broker } = shop().node;
	await broker.destroyService("review");
	as(204, await ask("DELETE", "/v1/me", { accessToken }));
	const waits = await until("the erasure waits", async () => {
		const erasure = await erasureOf(userId);
		return erasure?.left.review ? erasure : null;
	});
	t.is(waits.left.review, "no answer");
	t.true(tracesOf(who.needles, await everything(shop())).some((at) => at.startsWith("review.")));
	broker.createService(schemaOf(review, shop().node));
	await broker.waitForServices("review");
	await erased(userId);
	t.deepEqual(tracesOf(who.needles, await everything(shop())), []);
});

test.serial("a parcel without a label keeps its address until it has one, whoever has gone", async (t) => {
	const who = somebody();
	const { accessToken, userId } = await signUp(shop(), who);
	const { EASYPOST_API_URL } = shop().settings;
	const carriers = (faults: object | null) =>
		fetch(`${EASYPOST_API_URL}/_sandbox/faults`, {
			method: faults ? "PUT" : "DELETE",
			headers: { "content-type": "application/json" },
			...(faults ? { body: JSON.stringify(faults) } : {}),
		});
	const cart = await cartFor(shop(), sku, who, accessToken);
	await carriers({ status: 503 });
	const placed: Placed = as(
		201,
		await ask("POST", "/v1/orders", {
			accessToken,
			cartToken: cart.cartToken,
			key: randomUUID(),
			body: { cartId: cart.id, email: who.email, payment: { provider: "stripe", paymentMethod: "pm_card_visa" } },
		}),
	);
	as(204, await ask("DELETE", "/v1/me", { accessToken }));
	await until("shipping waits", async () => (await erasureOf(userId))?.left.shipping === 1);
	t.true(tracesOf(who.needles, await everything(shop())).some((at) => at.startsWith("shipping.shipments")));
	await carriers(null);
	await sweep(Date.now() + 60_000);
	await moved(shop(), placed, "in_transit");
	await erased(userId);
	t.deepEqual(tracesOf(who.needles, await everything(shop())), []);
});

test.serial("an order made with another address is claimed by its token, and by nobody else after that", async (t) => {
	const guest = await ordered(shop(), sku, somebody());
	await moved(shop(), guest, "in_transit");
	const [one, other] = [await register(shop().client), await register(shop().client)];
	const path = `/v1/orders/${guest.order.id}/claim`;
	const { orderToken } = guest;
	t.is((await ask("POST", path, { orderToken })).status, 401);
	const stranger = await ask("POST", path, { accessToken: one.accessToken });
	const missing = await ask("POST", "/v1/orders/ord_none/claim", { accessToken: one.accessToken });
	t.is(stranger.status, 404);
	t.deepEqual({ ...stranger.body, requestId: "" }, { ...missing.body, requestId: "" });
	as(200, await ask("POST", path, { accessToken: one.accessToken, orderToken }));
	as(200, await ask("POST", path, { accessToken: one.accessToken, orderToken }));
	t.is((await ask("POST", path, { accessToken: other.accessToken, orderToken })).status, 404);
	t.is(as<{ data: Order[] }>(200, await ask("GET", "/v1/me/orders", { accessToken: one.accessToken })).data.length, 1);
	t.is(
		as<{ data: Order[] }>(200, await ask("GET", "/v1/me/orders", { accessToken: other.accessToken })).data.length,
		0,
	);
});

test.serial("an export tells of nobody else, and nobody is erased by another", async (t) => {
	const [one, other] = [await register(shop().client), await register(shop().client)];
	await openCart(shop().client, { accessToken: one.accessToken });
	const { address } = somebody();
	as(201, await ask("POST", "/v1/me/addresses", { accessToken: one.accessToken, body: address }));
	const held = as<Export>(200, await ask("GET", "/v1/me/export", { accessToken: other.accessToken }));
	t.false(JSON.stringify(held).includes(one.userId) || JSON.stringify(held).includes(address.line1));
	for (const method of ["GET", "DELETE"]) {
		const path = method === "GET" ? "/v1/me/export" : "/v1/me";
		t.is((await ask(method, path)).status, 401);
		t.is((await ask(method, `${path}?userId=${one.userId}`, { accessToken: other.accessToken })).status, 422);
	}
	t.is((await ask("GET", "/v1/me", { accessToken: one.accessToken })).status, 200);
	const staff = await ask("DELETE", "/v1/me", { accessToken: admin });
	t.is(staff.status, 403, "an account of staff is not erased by a slip");
	t.is((await ask("GET", "/v1/me", { accessToken: admin })).status, 200);
});
