import type { IncomingMessage, ServerResponse } from "node:http";
import anyTest, { type TestFn } from "ava";
import { startTestShop } from "../test/shop.ts";
import { clientAddress, RateLimiter } from "./rate-limit.ts";

const test = anyTest as TestFn;

test("an address is the socket's unless a trusted proxy says another", (t) => {
	const from = (remoteAddress: string, forwarded?: string) =>
		({
			socket: { remoteAddress },
			headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
		}) as unknown as IncomingMessage;
	const proxies = new Set(["10.0.0.1", "10.0.0.2"]);
	t.is(clientAddress(from("203.0.113.1", "1.2.3.4"), proxies), "203.0.113.1");
	t.is(clientAddress(from("203.0.113.1", "1.2.3.4"), new Set()), "203.0.113.1");
	t.is(clientAddress(from("::ffff:10.0.0.1", "1.2.3.4"), proxies), "1.2.3.4");
	t.is(
		clientAddress(from("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2"), proxies),
		"1.2.3.4",
		"what the client itself wrote does not count",
	);
	t.is(clientAddress(from("10.0.0.1"), proxies), "10.0.0.1");
	t.is(clientAddress(from("10.0.0.1", ", ,"), proxies), "10.0.0.1");
});

test("a window is counted down and then refuses until it is over", (t) => {
	const limiter = new RateLimiter();
	const headers = new Map<string, string>();
	const response = {
		setHeader: (name: string, value: string) => headers.set(name, value),
	} as unknown as ServerResponse;
	const route = { key: "thing.do", limit: { requests: 2, seconds: 60 } };
	limiter.count(response, "a", route);
	t.is(headers.get("RateLimit-Policy"), '"route";q=2;w=60');
	t.regex(headers.get("RateLimit") ?? "", /^"route";r=1;t=(60|59)$/);
	limiter.count(response, "a", route);
	t.throws(() => limiter.count(response, "a", route), { message: "Too many requests" });
	t.regex(headers.get("Retry-After") ?? "", /^(60|59)$/);
	t.notThrows(() => limiter.count(response, "b", route));
	t.notThrows(() => limiter.count(response, "a", null));
});

test("a client that guesses passwords is told to wait, whatever address it claims", async (t) => {
	const shop = await startTestShop(t, { RATE_LIMIT: "on" }, { sample: false });
	const guess = (n: number) =>
		shop.client.request<{ code: string }>("POST", "/v1/auth/login", {
			body: { email: `nobody${n}@example.com`, password: "" },
			headers: { "X-Forwarded-For": `203.0.113.${n}` },
		});
	const answers = await Promise.all(Array.from({ length: 31 }, (_, n) => guess(n)));
	const refused = answers.filter(({ status }) => status === 429);
	t.is(refused.length, 1);
	t.is(refused[0]?.body.code, "too_many_requests");
	const wait = Number(refused[0]?.headers.get("retry-after"));
	t.true(wait >= 1 && wait <= 60, String(wait));
	t.is(refused[0]?.headers.get("ratelimit-policy"), '"route";q=30;w=60');
	const other = await shop.client.request("GET", "/v1/products?limit=1");
	t.is(other.status, 200);
	t.regex(other.headers.get("ratelimit") ?? "", /^"default";r=\d+;t=\d+$/);
	t.is((await shop.client.request("GET", "/health/live")).headers.get("ratelimit"), null, "health is not counted");
});
