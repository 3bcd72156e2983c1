import anyTest, { type TestFn } from "ava";
import { oneShop } from "../test/one-shop.ts";

const test = anyTest as TestFn;
const shop = oneShop(test, { PUBLIC_URL: "https://shop.example.com" });
const headersOf = async (path: string) => (await fetch(shop().url + path)).headers;

test("the shop's pages run no script and no style but the shop's own, and are shown in nobody's frame", async (t) => {
	for (const path of ["/", "/app.js", "/nothing"]) {
		const headers = await headersOf(path);
		const policy = headers.get("content-security-policy") ?? "";
		t.regex(policy, /default-src 'none'/, path);
		t.regex(policy, /script-src 'self'(;|$)/, path);
		t.regex(policy, /frame-ancestors 'none'/, path);
		t.regex(policy, /base-uri 'none'/, path);
		t.notRegex(policy, /unsafe|\*(?!;| https)|data: *;? *script/, path);
		t.is(headers.get("x-frame-options"), "DENY");
		t.is(headers.get("referrer-policy"), "same-origin");
		t.is(headers.get("cross-origin-opener-policy"), "same-origin");
		t.is(headers.get("cross-origin-resource-policy"), "same-origin");
		t.regex(headers.get("permissions-policy") ?? "", /camera=\(\)/);
	}
	t.is((await headersOf("/icons/icon.svg")).get("cross-origin-resource-policy"), "cross-origin");
	const viewer = (await headersOf("/docs")).get("content-security-policy") ?? "";
	t.regex(viewer, /script-src 'self'(;|$)/, "styles are the viewer's only freedom");
	t.notRegex((await headersOf("/docsx")).get("content-security-policy") ?? "", /unsafe/);
});

test("no answer is guessed at, kept, or says what made it", async (t) => {
	for (const path of ["/", "/docs", "/v1/products", "/v1/nothing", "/health/live", "/metrics", "/openapi.json"]) {
		const headers = await headersOf(path);
		t.is(headers.get("x-content-type-options"), "nosniff", path);
		t.is(headers.get("strict-transport-security"), "max-age=63072000; includeSubDomains", path);
		for (const name of ["server", "x-powered-by"]) t.is(headers.get(name), null, path);
	}
	const api = await headersOf("/v1/products");
	t.is(api.get("cache-control"), "no-store");
	t.regex(api.get("content-security-policy") ?? "", /^default-src 'none'; frame-ancestors 'none'/);
	t.is(api.get("referrer-policy"), "no-referrer");
});
