import { request as open } from "node:http";
import { connect } from "node:net";
import anyTest, { type TestFn } from "ava";
import type { RequestOptions } from "../bin/rest.ts";
import { HOME_WITH_PHONE } from "../data/homes.ts";
import {
	addressed,
	as,
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
const shop = oneShop(test);
const ask = (method: string, path: string, options?: RequestOptions) =>
	shop().client.request<Problem>(method, path, options);

let admin = "";
let goods: Goods;
let cart: HeldCart;
let buyer: { accessToken: string; userId: string };

test.serial.before(async () => {
	const { client } = shop();
	admin = await shop().admin();
	[goods, cart, buyer] = await Promise.all([stocked(client, admin), openCart(client), register(client)]);
});

/** What the mistakes of a refusal are about. */
const pointers = ({ body }: { body: Problem }) => (body.errors ?? []).map(({ path }) => path);

test("what is no JSON is refused, and what is no object", async (t) => {
	for (const body of ["{bad", '{"a":1', "\u0000", "{}{}", "'a'", '{"currency":"USD",}']) {
		const answer = await ask("POST", "/v1/carts", { body });
		t.is(answer.status, 400, body);
		t.is(answer.body.code, "malformed_request");
		t.is(answer.headers.get("content-type"), "application/problem+json");
	}
	for (const body of ["[]", "null", "1", '"text"', "true"])
		t.is((await ask("POST", "/v1/carts", { body })).status, 422, body);
});

test("unknown fields are refused with where they stand", async (t) => {
	const nested = await ask("POST", "/v1/orders", {
		key: "unknown-fields",
		body: { cartId: cart.id, email: "ada@example.com", payment: { ...VISA, amount: 1 }, total: 1 },
	});
	t.is(nested.status, 422);
	t.deepEqual(pointers(nested).sort(), ["/payment/amount", "/total"]);
	const odd = await ask("POST", "/v1/carts", { body: { "a/b~c": 1 } });
	t.deepEqual(pointers(odd), ["/a~1b~0c"]);
	t.is(
		(
			await ask("POST", `/v1/carts/${cart.id}/items`, {
				cartToken: cart.cartToken,
				body: { id: cart.id, sku: goods.sku, quantity: 1 },
			})
		).status,
		422,
	);
});

test("a quantity is a whole number from 1 to 9999", async (t) => {
	for (const quantity of [-1, 0, 1.5, 1e9, 10_000, "1e3", "2", null, true, [1], { $gt: 0 }]) {
		const answer = await ask("POST", `/v1/carts/${cart.id}/items`, {
			cartToken: cart.cartToken,
			body: { sku: goods.sku, quantity },
		});
		t.is(answer.status, 422, JSON.stringify(quantity));
		t.deepEqual(pointers(answer), ["/quantity"], JSON.stringify(quantity));
	}
	for (const body of [
		{ sku: "NO-SUCH", quantity: 1 },
		{ variantId: "var_none", quantity: 1 },
	]) {
		const answer = await ask("POST", `/v1/carts/${cart.id}/items`, { cartToken: cart.cartToken, body });
		t.is(answer.status, 422);
		t.is(answer.body.code, "variant_unknown");
	}
	t.is(
		(
			await ask("POST", `/v1/carts/${cart.id}/items`, {
				cartToken: cart.cartToken,
				body: { sku: goods.sku, quantity: 1, unitPrice: { amount: 1, currency: "USD" } },
			})
		).status,
		422,
	);
	t.is((await ask("POST", "/v1/carts", { body: { currency: "EUR" } })).body.code, "currency_not_supported");
});

test("what belongs to another is answered as what does not exist", async (t) => {
	const { client } = shop();
	const parcels = await stocked(client, admin, { requiresShipping: true });
	const held = await filled(client, parcels);
	await addressed(client, held);
	const { order } = as<Placed>(201, await place(client, held, VISA, { accessToken: buyer.accessToken }));
	const { id: addressId } = as<{ id: string }>(
		201,
		await client.request("POST", "/v1/me/addresses", { accessToken: buyer.accessToken, body: HOME_WITH_PHONE }),
	);
	const mine = (path: string) => client.request<Placed["order"]>("GET", path, { accessToken: buyer.accessToken });
	const shipment = await until("a shipment", async () => (await mine(`/v1/orders/${order.id}`)).body.shipments[0]);
	for (const path of [`/v1/orders/${order.id}`, `/v1/payments/${order.payment.id}`, `/v1/shipments/${shipment.id}`])
		t.is((await mine(path)).status, 200, path);

	const stranger = await register(client);
	const item = { sku: goods.sku, quantity: 1 };
	const tries: [method: string, path: (id: string) => string, id: string, body?: object][] = [
		["GET", (id) => `/v1/carts/${id}`, held.id],
		["POST", (id) => `/v1/carts/${id}/items`, held.id, item],
		["PATCH", (id) => `/v1/carts/${id}/items/itm_none`, held.id, { quantity: 1 }],
		["DELETE", (id) => `/v1/carts/${id}/items/itm_none`, held.id],
		["POST", (id) => `/v1/carts/${id}/promotions`, held.id, { code: "NONE" }],
		["DELETE", (id) => `/v1/carts/${id}/promotions/NONE`, held.id],
		["PUT", (id) => `/v1/carts/${id}/shipping-address`, held.id, HOME_WITH_PHONE],
		["GET", (id) => `/v1/carts/${id}/shipping-rates`, held.id],
		["PUT", (id) => `/v1/carts/${id}/shipping-rate`, held.id, { rateId: "rate_none" }],
		["POST", (id) => `/v1/carts/${id}/claim`, held.id],
		["GET", (id) => `/v1/orders/${id}`, order.id],
		["GET", (id) => `/v1/orders/${id}/events`, order.id],
		["POST", (id) => `/v1/orders/${id}/cancel`, order.id],
		["POST", (id) => `/v1/orders/${id}/resume`, order.id],
		["GET", (id) => `/v1/payments/${id}`, order.payment.id],
		["GET", (id) => `/v1/shipments/${id}`, shipment.id],
		["PATCH", (id) => `/v1/me/addresses/${id}`, addressId, { city: "Elsewhere" }],
		["DELETE", (id) => `/v1/me/addresses/${id}`, addressId],
	];
	for (const [method, path, id, body] of tries) {
		const who: RequestOptions = {
			accessToken: stranger.accessToken,
			headers: { "X-Request-Id": "the-same" },
			...(body ? { body } : {}),
		};
		const [theirs, nobodys] = [
			await ask(method, path(id), who),
			await ask(method, path(`${id.slice(0, -4)}zzzz`), who),
		];
		t.is(theirs.status, 404, `${method} ${path(id)}`);
		t.deepEqual(theirs.body, nobodys.body, `${method} ${path(id)}`);
	}
	const answer = await ask("POST", "/v1/orders", {
		accessToken: stranger.accessToken,
		key: "anothers-cart",
		body: { cartId: (await filled(client, goods)).id, email: "a@example.com", payment: VISA },
	});
	t.is(answer.status, 404, "another's cart is not ordered");
	t.is((await mine(`/v1/orders/${order.id}`)).body.status, "confirmed");
});

test("operators, repeated and unknown parameters of a query are refused", async (t) => {
	const queries = [
		"a[$ne]=1",
		"limit=1&limit=2",
		"limit[$gt]=1",
		"__proto__=1",
		"constructor=1",
		"category=a&category[]=b",
		"$where=1",
		"limit=1e6",
		"limit=1000000",
		"limit=0",
		"limit=-1",
		"limit=1.5",
		"limit=",
		"limit=0x10",
		"cursor=rubbish",
		`tag=${"t".repeat(300)}`,
		"tag=%00",
	];
	for (const query of queries) {
		const answer = await ask("GET", `/v1/products?${query}`);
		t.true(answer.status === 422 || answer.status === 400, `${query}: ${answer.status}`);
	}
	for (const query of [
		"sort=$where",
		"sort=price;drop",
		"minPrice=-1",
		"minPrice=1e3",
		"inStock=yes",
		"q=a&q=b",
		`q=${"a".repeat(50_000)}`,
	])
		t.is((await ask("GET", `/v1/search?${query}`)).status, 422, query.slice(0, 40));
	t.is((await ask("GET", `/v1/search?q=${"a".repeat(70_000)}`)).status, 413);
	for (const path of ["/v1/orders/ord_none/events?foo=1", "/v1/carts/cart_none?x=1"])
		t.is((await ask("GET", path)).status, 422, path);
	t.is((await ask("POST", "/v1/carts?currency=USD", { body: {} })).status, 422);
	for (const path of ["/v1/admin/exports/products?foo=1", "/v1/admin/orders?status[$ne]=x"])
		t.is((await ask("GET", path, { accessToken: admin })).status, 422, path);
});

test("a prototype is a field like any other, and unknown", async (t) => {
	const bodies = [
		'{"__proto__":{"role":"administrator"}}',
		'{"constructor":{"prototype":{"role":"administrator"}}}',
		'{"prototype":{}}',
		'{"toString":1}',
		'{"hasOwnProperty":1}',
	];
	for (const body of bodies) {
		t.is((await ask("POST", "/v1/carts", { body })).status, 422, body);
		t.is((await ask("PATCH", "/v1/me", { body, accessToken: buyer.accessToken })).status, 422, body);
		t.is(
			(
				await ask("PUT", `/v1/carts/${cart.id}/shipping-address`, {
					body: JSON.stringify(HOME_WITH_PHONE).replace("{", `${body.slice(0, -1)},`),
					cartToken: cart.cartToken,
				})
			).status,
			422,
			body,
		);
	}
	t.is(({} as { role?: string }).role, undefined);
	for (const email of [{ $ne: null }, ["a@example.com"], { $gt: "" }])
		t.is((await ask("POST", "/v1/auth/login", { body: { email, password: "x" } })).status, 422);
});

test("what only the shop may set is refused in every body", async (t) => {
	const { accessToken } = buyer;
	const extras = {
		role: "administrator",
		status: "confirmed",
		total: 1,
		_id: "x",
		emailVerified: true,
		scopes: ["orders:read"],
		userId: "usr_none",
		version: 9,
	};
	const bodies: [string, string, object][] = [
		["POST", "/v1/auth/register", { email: "mass@example.com", password: "a long enough secret", name: "Mass" }],
		["PATCH", "/v1/me", { name: "Mass" }],
		["POST", "/v1/me/addresses", HOME_WITH_PHONE],
		["POST", "/v1/carts", {}],
		["POST", `/v1/carts/${cart.id}/items`, { sku: goods.sku, quantity: 1 }],
		["PUT", `/v1/carts/${cart.id}/shipping-address`, HOME_WITH_PHONE],
		["POST", "/v1/orders", { cartId: cart.id, email: "a@example.com", payment: VISA }],
		["POST", `/v1/products/${goods.product.id}/reviews`, { rating: 5, title: "Good", body: "Good." }],
		["PUT", "/v1/me/preferences", { sms: true, marketing: true }],
	];
	for (const [method, path, body] of bodies) {
		for (const [name, value] of Object.entries(extras)) {
			const answer = await ask(method, path, {
				accessToken,
				cartToken: cart.cartToken,
				...(path === "/v1/orders" ? { key: `mass-${name}` } : {}),
				body: { ...body, [name]: value },
			});
			t.is(answer.status, 422, `${method} ${path} ${name}`);
			t.deepEqual(pointers(answer), [`/${name}`], `${method} ${path}`);
		}
	}
	const me = await shop().client.request("GET", "/v1/me", { accessToken });
	t.like(me.body, { role: "customer", emailVerified: false, name: "Ada Buyer" });
	t.is(
		(await ask("POST", "/v1/auth/login", { body: { email: "mass@example.com", password: "a long enough secret" } }))
			.status,
		401,
	);
});

test("a body that is too large or too deep is refused before it is read", async (t) => {
	const large = JSON.stringify({ currency: "a".repeat(10_000_000) });
	t.is((await ask("POST", "/v1/carts", { body: large })).status, 413);
	t.is(await chunked("/v1/carts", 10), 413, "without a length, too");
	for (const body of [
		"[".repeat(10_000),
		`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
		`{"a":${"[".repeat(40)}${"]".repeat(40)}}`,
	])
		t.is((await ask("POST", "/v1/carts", { body })).status, 422);
	const deepest = await Promise.all(
		Array.from({ length: 20 }, () => ask("POST", "/v1/carts", { body: "[".repeat(500_000) })),
	);
	for (const { status } of deepest) t.is(status, 422);
});

test("only JSON is taken for JSON", async (t) => {
	for (const type of [
		"text/plain",
		"application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x",
		"application/json; charset=latin1",
		"text/csv",
	]) {
		const answer = await ask("POST", "/v1/carts", { body: "{}", headers: { "Content-Type": type } });
		t.is(answer.status, 415, type);
	}
	t.is(
		(await ask("POST", "/v1/carts", { body: "{}", headers: { "Content-Type": "application/json; charset=UTF-8" } }))
			.status,
		201,
	);
});

test("a method that a route does not know is told from a route that does not exist", async (t) => {
	const wrong: [string, string, string][] = [
		["DELETE", "/v1/carts", "POST"],
		["PUT", "/v1/orders", "POST"],
		["POST", "/v1/products", "GET, HEAD"],
		["OPTIONS", "/v1/carts", "POST"],
		["GET", "/v1/webhooks/stripe", "POST"],
		["DELETE", "/openapi.json", "GET, HEAD"],
		["POST", "/health/ready", "GET, HEAD"],
	];
	for (const [method, path, allow] of wrong) {
		const answer = await ask(method, path);
		t.is(answer.status, 405, `${method} ${path}`);
		t.deepEqual(answer.headers.get("allow")?.split(", ").sort(), allow.split(", ").sort(), `${method} ${path}`);
		t.is(answer.body.code, "method_not_allowed");
	}
	for (const path of [
		"/v1/nothing",
		"/v1",
		"/v1/carts/a/b/c/d",
		"/v1//carts",
		"/nothing",
		"/.env",
		"/%2e%2e/package.json",
		"/v1/webhooks/none/x",
	]) {
		const answer = await ask("GET", path);
		t.is(answer.status, 404, path);
		t.is(answer.body.code, "not_found", path);
	}
	t.is((await ask("POST", "/v1/webhooks/none", { body: {} })).status, 404);
	for (const path of ["/v1/$node/list", "/$node/actions", "/v1/operations/deadLetters", "/~node/health"])
		t.is((await ask("GET", path)).status, 404, path);
});

test("an idempotency key is 1 to 255 characters, and orders need one", async (t) => {
	const body = { cartId: cart.id, email: "a@example.com", payment: VISA };
	const none = await ask("POST", "/v1/orders", { cartToken: cart.cartToken, body });
	t.is(none.status, 400);
	t.is(none.body.code, "idempotency_key_required");
	t.is(
		(await ask("POST", "/v1/orders", { cartToken: cart.cartToken, body, headers: { "Idempotency-Key": "" } })).status,
		400,
	);
	for (const path of ["/v1/orders", "/v1/carts"])
		t.is(
			(
				await ask("POST", path, {
					cartToken: cart.cartToken,
					body: path === "/v1/carts" ? {} : body,
					key: "k".repeat(256),
				})
			).body.code,
			"malformed_request",
		);
	t.is((await ask("POST", "/v1/carts", { body: {}, key: "k".repeat(255) })).status, 201);
	const [mine, theirs] = [
		await ask("POST", "/v1/carts", { body: {}, key: "same", accessToken: buyer.accessToken }),
		await ask("POST", "/v1/carts", { body: {}, key: "same", cartToken: buyer.userId }),
	];
	t.is(theirs.headers.get("idempotent-replayed"), null, "a key is its caller's own");
	t.notDeepEqual(mine.body, theirs.body);
});

test("a card number is refused in every field, and a number that is none is not", async (t) => {
	const cards = [
		"4242424242424242",
		"4242 4242 4242 4242",
		"5555-5555-5555-4444",
		"378282246310005",
		"6011111111111117",
	];
	for (const card of cards) {
		t.is(
			(await ask("PATCH", "/v1/me", { accessToken: buyer.accessToken, body: { name: card } })).body.code,
			"card_number_refused",
			card,
		);
		t.is(
			(
				await ask("POST", `/v1/products/${goods.product.id}/reviews`, {
					accessToken: buyer.accessToken,
					body: { rating: 5, title: "Mine", body: `It is ${card}, thanks` },
				})
			).status,
			422,
			card,
		);
		t.is(
			(
				await ask("POST", "/v1/orders", {
					cartToken: cart.cartToken,
					key: `card-${card}`,
					body: { cartId: cart.id, email: "a@example.com", payment: { provider: "stripe", paymentMethod: card } },
				})
			).body.code,
			"card_number_refused",
		);
	}
	t.is(
		(await ask("PATCH", "/v1/me", { accessToken: buyer.accessToken, body: '{"name":"\\u0034242424242424242"}' })).body
			.code,
		"card_number_refused",
		"escaped, too",
	);
	t.is((await ask("GET", "/v1/search?q=4242+4242%204242-4242")).body.code, "card_number_refused", "in a query, too");
	t.is(
		(
			await ask("PUT", `/v1/carts/${cart.id}/shipping-address`, {
				cartToken: cart.cartToken,
				body: { ...HOME_WITH_PHONE, line2: "Parcel 4242424242424241" },
			})
		).status,
		200,
	);
});

// Serial: a product that another test makes between the two requests would be told of by one of them.
test.serial("HEAD is answered as GET without a body", async (t) => {
	for (const path of [
		"/v1/products?limit=1",
		`/v1/products/${goods.product.id}`,
		"/v1/categories",
		"/openapi.json",
		"/health/live",
	]) {
		const [get, head] = [await fetch(shop().url + path), await fetch(shop().url + path, { method: "HEAD" })];
		t.is(head.status, get.status, path);
		for (const name of ["content-type", "content-length", "etag"])
			t.is(head.headers.get(name), get.headers.get(name), `${path} ${name}`);
		t.is(await head.text(), "");
		await get.text();
	}
	const file = await fetch(`${shop().url}/v1/admin/exports/products`, {
		method: "HEAD",
		headers: { Authorization: `Bearer ${admin}` },
	});
	t.is(file.headers.get("content-type"), "text/csv; charset=utf-8");
	t.is((await fetch(`${shop().url}/v1/carts/none`, { method: "HEAD" })).status, 404);
	t.is((await fetch(`${shop().url}/v1/carts`, { method: "HEAD" })).status, 405);
});

test("a request's id is echoed, and one that could harm a log is replaced", async (t) => {
	const given = await ask("GET", "/v1/carts/none", { headers: { "X-Request-Id": "req:1.a-b_c" } });
	t.is(given.headers.get("x-request-id"), "req:1.a-b_c");
	t.is(given.body.requestId, "req:1.a-b_c");
	for (const id of ["<script>", "a b", "x".repeat(129), '{"$ne":1}', "a\tb"]) {
		const answer = await ask("GET", "/v1/carts/none", { headers: { "X-Request-Id": id } });
		t.regex(answer.body.requestId, /^req_[0-9a-f]{32}$/, id);
		t.is(answer.headers.get("x-request-id"), answer.body.requestId);
	}
});

test("what is no HTTP at all is answered and ended", async (t) => {
	t.regex(await raw("RUBBISH\r\n\r\n"), /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*malformed_request/);
	t.regex(
		await raw("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
		/^HTTP\/1\.1 400 /,
	);
});

test("tokens that are none are refused", async (t) => {
	for (const accessToken of ["x", "a.b.c", "null", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3JfMSJ9.", "x".repeat(5_000)]) {
		const answer = await ask("GET", "/v1/me", { accessToken });
		t.is(answer.status, 401, accessToken.slice(0, 20));
		t.is(answer.headers.get("www-authenticate"), "Bearer");
	}
	t.is((await ask("GET", "/v1/me", { headers: { Authorization: "Basic YTpi" } })).status, 401);
});

test.after("after all that the shop sells, and nothing lies about by half", async (t) => {
	const { client } = shop();
	t.is((await ask("GET", "/health/ready")).status, 200);
	const { data } = as<{ data: { status: string }[] }>(
		200,
		await client.request("GET", "/v1/admin/orders?limit=100", { accessToken: admin }),
	);
	t.deepEqual(
		data.map(({ status }) => status).filter((status) => !["confirmed", "shipped"].includes(status)),
		[],
	);
	t.is(data.length, 1, "one order was made, by its owner");
	const { items } = as<{ items: object[] }>(
		200,
		await client.request("GET", `/v1/carts/${cart.id}`, { cartToken: cart.cartToken }),
	);
	t.deepEqual(items, [], "no refused item is in the cart");
	t.is((await place(client, await filled(client, goods))).status, 201);
});

/** Sends so many megabytes without saying how many. */
function chunked(path: string, megabytes: number): Promise<number> {
	return new Promise((resolve, reject) => {
		const sent = open(
			shop().url + path,
			{ method: "POST", headers: { "Content-Type": "application/json" } },
			(response) => {
				response.resume();
				resolve(response.statusCode ?? 0);
			},
		);
		sent.on("error", reject);
		for (let i = 0; i < megabytes; i++) sent.write("a".repeat(1_000_000));
		sent.end();
	});
}

function raw(text: string): Promise<string> {
	return new Promise((resolve, reject) => {
		let answer = "";
		const socket = connect(Number(new URL(shop().url).port), "127.0.0.1", () => socket.write(text));
		socket.setEncoding("utf8").on("data", (chunk) => {
			answer += chunk;
		});
		socket.on("close", () => resolve(answer)).on("error", reject);
	});
}
