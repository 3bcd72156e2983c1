import anyTest, { type TestFn } from "ava";
import { ConfigurationError } from "../runtime/config.ts";
import { oneShop } from "../test/one-shop.ts";
import { originsOf } from "./cors.ts";

const test = anyTest as TestFn;
const OWN = "https://shop.example.com";
const shop = oneShop(test, { CORS_ORIGINS: `${OWN}, http://localhost:5173` });

const ask = (method: string, path: string, headers: Record<string, string>) =>
	fetch(shop().url + path, { method, headers, redirect: "manual" });
const preflight = (origin: string, path = "/v1/carts", method = "POST") =>
	ask("OPTIONS", path, {
		Origin: origin,
		"Access-Control-Request-Method": method,
		"Access-Control-Request-Headers": "content-type,idempotency-key",
	});

const EVIL = [
	"https://shop.example.evil.com",
	"https://shop.example.com.evil.com",
	"https://evilshop.example.com",
	"https://sub.shop.example.com",
	"http://shop.example.com",
	"https://shop.example.com:8443",
	"https://shop.example.co",
	"HTTPS://SHOP.EXAMPLE.COM",
	"https://shop.example.com/",
	"https://shop.example.com,https://evil.com",
	"null",
	"*",
];

test("a page of a listed origin is told what it may ask and read", async (t) => {
	for (const origin of [OWN, "http://localhost:5173"]) {
		const { status, headers } = await preflight(origin);
		t.is(status, 204);
		t.is(headers.get("access-control-allow-origin"), origin);
		t.is(headers.get("access-control-allow-methods"), "POST");
		for (const name of ["Idempotency-Key", "Cart-Token", "Order-Token", "If-Match", "Authorization", "traceparent"])
			t.true(headers.get("access-control-allow-headers")?.split(", ").includes(name), name);
		t.regex(headers.get("access-control-max-age") ?? "", /^\d+$/);
		t.regex(headers.get("vary") ?? "", /\bOrigin\b/);
		t.is(headers.get("access-control-allow-credentials"), null, "no cookie is used");
	}
	const answer = await ask("GET", "/v1/products?limit=1", { Origin: OWN });
	t.is(answer.status, 200);
	t.is(answer.headers.get("access-control-allow-origin"), OWN);
	for (const name of ["ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id", "Idempotent-Replayed"])
		t.true(answer.headers.get("access-control-expose-headers")?.split(", ").includes(name), name);
	t.is(
		(await preflight(OWN, "/v1/carts/cart_1/items/itm_1", "PATCH")).headers.get("access-control-allow-methods"),
		"DELETE, PATCH",
	);
});

test("an error can be read by a listed origin, too", async (t) => {
	const answer = await ask("GET", "/v1/orders/ord_none", { Origin: OWN });
	t.is(answer.status, 404);
	t.is(answer.headers.get("access-control-allow-origin"), OWN);
});

test("a page of any other origin is told nothing, however much it looks like a listed one", async (t) => {
	for (const origin of EVIL) {
		for (const answer of [await preflight(origin), await ask("GET", "/v1/products?limit=1", { Origin: origin })]) {
			t.is(answer.headers.get("access-control-allow-origin"), null, origin);
			t.is(answer.headers.get("access-control-allow-methods"), null, origin);
			t.is(answer.headers.get("vary"), "Origin", origin);
		}
	}
});

test("a question for the methods of a path that does not exist is answered as any other there", async (t) => {
	t.is((await preflight(OWN, "/v1/nothing")).status, 404);
	t.is((await ask("OPTIONS", "/v1/carts", { Origin: OWN })).status, 405, "it is no preflight");
});

test("what is no origin stops the start", (t) => {
	t.deepEqual(
		[...originsOf(" https://a.example ,,http://127.0.0.1:8080")],
		["https://a.example", "http://127.0.0.1:8080"],
	);
	t.deepEqual([...originsOf("")], []);
	for (const list of [
		"*",
		"null",
		"shop.example.com",
		"https://a.example/",
		"https://a.example/x",
		"https://A.example",
		"ftp://a.example",
		"https://a.example:443",
		"https://*.example",
	])
		t.throws(() => originsOf(list), { instanceOf: ConfigurationError, message: /CORS_ORIGINS/ }, list);
});
