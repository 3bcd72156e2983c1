import anyTest, { type TestFn } from "ava";
import { codeOf } from "../runtime/errors.ts";
import { oneShop } from "../test/one-shop.ts";
import { acceptable } from "./accept.ts";

const test = anyTest as TestFn;
const shop = oneShop(test);

test("whoever takes JSON by any name is served", (t) => {
	for (const accept of [
		undefined,
		"",
		"*/*",
		"application/*",
		"application/json",
		"Application/JSON; charset=utf-8",
		"application/problem+json",
		"text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
		"application/json;q=0.1, text/html",
		"text/html;q=0, application/json",
	])
		t.notThrows(() => acceptable(accept, "application/json"), accept);
});

test("whoever takes none is told so", (t) => {
	for (const accept of [
		"text/html",
		"application/xml",
		"image/*",
		"application/json;q=0",
		"*/*;q=0",
		"application/json;q=0, */*",
		"rubbish",
	])
		t.is(codeOf(t.throws(() => acceptable(accept, "application/json"))), "not_acceptable", accept);
	t.is(codeOf(t.throws(() => acceptable("application/json", "text/csv"))), "not_acceptable");
	t.notThrows(() => acceptable("text/csv", "text/csv"));
	t.notThrows(() => acceptable("text/*", "text/event-stream"));
});

test("a route that cannot answer as asked says so as a problem, and does nothing", async (t) => {
	const ask = (path: string, Accept: string, method = "GET") =>
		shop().client.request<{ code: string }>(method, path, {
			headers: { Accept },
			...(method === "POST" ? { body: {} } : {}),
		});
	for (const answer of [
		await ask("/v1/products", "text/html"),
		await ask("/v1/carts", "application/xml", "POST"),
		await ask("/v1/orders/ord_none/events", "application/json"),
	]) {
		t.is(answer.status, 406);
		t.is(answer.body.code, "not_acceptable");
		t.is(answer.headers.get("content-type"), "application/problem+json");
	}
	t.is((await ask("/v1/products", "application/json")).status, 200);
	t.is((await ask("/v1/orders/ord_none/events", "text/event-stream")).status, 404);
	const admin = await shop().admin();
	const file = (Accept: string) =>
		shop().client.request("GET", "/v1/admin/exports/products", { accessToken: admin, headers: { Accept } });
	t.is((await file("application/json")).status, 406);
	t.is((await file("text/csv")).status, 200);
});
