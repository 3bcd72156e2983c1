import type { IncomingMessage, ServerResponse } from "node:http";
import anyTest, { type ExecutionContext, type TestFn } from "ava";
import { createConnection } from "mongoose";
import { ConfigurationError } from "../runtime/config.ts";
import { codeOf } from "../runtime/errors.ts";
import { eventually, testSettings } from "../runtime/testing.ts";
import { startTestShop } from "../test/shop.ts";
import { clientAddress, networkOf, proxiesOf } from "./client-address.ts";
import { type Limit, RateLimiter } from "./rate-limit.ts";
import { sharedCounts } from "./shared-counts.ts";

const test = anyTest as TestFn;

test("an address is the socket's unless a trusted proxy says another", (t) => {
	const from = (remoteAddress: string, forwarded?: string) =>
		({
			socket: { remoteAddress },
			headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
		}) as unknown as IncomingMessage;
	const proxies = proxiesOf("10.0.0.1, 10.0.0.2,192.168.4.0/22,fd00::/8");
	t.is(clientAddress(from("203.0.113.1", "1.2.3.4"), proxies), "203.0.113.1");
	t.is(clientAddress(from("203.0.113.1", "1.2.3.4"), proxiesOf("")), "203.0.113.1");
	t.is(clientAddress(from("::ffff:10.0.0.1", "1.2.3.4"), proxies), "1.2.3.4");
	t.is(
		clientAddress(from("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2"), proxies),
		"1.2.3.4",
		"what the client itself wrote does not count",
	);
	t.is(clientAddress(from("10.0.0.1"), proxies), "10.0.0.1");
	t.is(clientAddress(from("10.0.0.1", ", ,"), proxies), "10.0.0.1");
	t.is(clientAddress(from("192.168.7.255", "1.2.3.4"), proxies), "1.2.3.4");
	t.is(clientAddress(from("192.168.8.1", "1.2.3.4"), proxies), "192.168.8.1", "beyond the range");
	t.is(clientAddress(from("fd12::1", "[2001:db8::1]:4711"), proxies), "2001:db8::1");
	t.is(clientAddress(from("10.0.0.1", "1.2.3.4:80, 10.0.0.2:81"), proxies), "1.2.3.4");
	t.is(clientAddress(from("10.0.0.1", "1.2.3.4, unknown, 10.0.0.2"), proxies), "10.0.0.2", "no address is no client");
});

test("proxies that are none stop the start", (t) => {
	for (const list of ["proxy", "10.0.0.0/33", "10.0.0.1/8/8", "fd00::/129", "10.0.0.1/", "10.0.0.256"])
		t.throws(() => proxiesOf(list), { instanceOf: ConfigurationError, message: /TRUST_PROXY/ }, list);
});

test("an IPv6 client is its /64, whichever of its addresses it asks from", (t) => {
	for (const address of ["2001:db8:1:2::1", "2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:0db8:0001:0002:0:0:0:9"])
		t.is(networkOf(address), "2001:db8:1:2::/64", address);
	t.is(networkOf("2001:db8::1"), "2001:db8:0:0::/64");
	t.is(networkOf("fe80::1%eth0"), "fe80:0:0:0::/64");
	t.is(networkOf("::1"), "0:0:0:0::/64");
	t.is(networkOf("203.0.113.1"), "203.0.113.1");
});

/** What a limiter says of a request: its headers, and whether it is refused. */
async function asked(limiter: RateLimiter, client: string, limit: Limit) {
	const headers = new Map<string, string>();
	const response = {
		setHeader: (name: string, value: string) => headers.set(name, value),
		getHeader: (name: string) => headers.get(name),
	} as unknown as ServerResponse;
	try {
		await limiter.count(response, client, limit);
		return { refused: false, headers };
	} catch (error) {
		if (codeOf(error) !== "too_many_requests") throw error;
		return { refused: true, headers };
	}
}

const limitOf = (requests: number): Limit => ({ name: "route", key: "thing.do", requests, seconds: 60 });

test("a window is counted down and then refuses until it is over", async (t) => {
	const limiter = new RateLimiter(null);
	const first = await asked(limiter, "a", limitOf(2));
	t.is(first.headers.get("RateLimit-Policy"), '"route";q=2;w=60');
	t.regex(first.headers.get("RateLimit") ?? "", /^"route";r=1;t=(60|59)$/);
	t.false((await asked(limiter, "a", limitOf(2))).refused);
	const third = await asked(limiter, "a", limitOf(2));
	t.true(third.refused);
	t.regex(third.headers.get("Retry-After") ?? "", /^(60|59)$/);
	t.regex(third.headers.get("RateLimit") ?? "", /^"route";r=0;t=(60|59)$/);
	t.false((await asked(limiter, "b", limitOf(2))).refused);
	t.false((await asked(limiter, "a", { ...limitOf(2), key: "other" })).refused);
});

test("a window that is over begins anew", async (t) => {
	const limit = { ...limitOf(1), seconds: 0.05 };
	const store = await twoNodes(t);
	for (const limiter of [new RateLimiter(null), store[0]]) {
		t.false((await asked(limiter, "a", limit)).refused);
		await eventually(async () => !(await asked(limiter, "a", limit)).refused);
	}
	t.pass();
});

test("call 101 of a hundred a minute is refused, on whichever of two gateways it arrives", async (t) => {
	const nodes = await twoNodes(t);
	for (let call = 1; call <= 100; call++)
		t.false((await asked(nodes[call % 2] as RateLimiter, "a", limitOf(100))).refused, `call ${call}`);
	await eventually(async () => (await asked(nodes[0], "a", limitOf(100))).refused);
	for (const node of nodes) {
		const { refused, headers } = await asked(node, "a", limitOf(100));
		t.true(refused);
		t.regex(headers.get("Retry-After") ?? "", /^\d\d?$/);
	}
});

test("a sensitive route lets exactly its limit through, however many arrive at once on two gateways", async (t) => {
	const nodes = await twoNodes(t);
	const calls = Array.from({ length: 200 }, (_, n) => asked(nodes[n % 2] as RateLimiter, "a", limitOf(30)));
	t.is((await Promise.all(calls)).filter(({ refused }) => !refused).length, 30);
});

test("two gateways let at most a twentieth of a limit too much through, and ask the store far less than they are asked", async (t) => {
	const asks: number[] = [];
	const nodes = await twoNodes(t, (requests) => asks.push(requests));
	let passed = 0;
	for (let round = 0; round < 40; round++) {
		const calls = Array.from({ length: 50 }, (_, n) => asked(nodes[n % 2] as RateLimiter, "a", limitOf(1_000)));
		passed += (await Promise.all(calls)).filter(({ refused }) => !refused).length;
		if (round === 9) t.true(asks.length < 50, `${asks.length} commands for 500 requests`);
	}
	t.true(passed >= 1_000 && passed <= 1_050, String(passed));
	const before = asks.length;
	await Promise.all(Array.from({ length: 50 }, () => asked(nodes[0], "a", limitOf(1_000))));
	t.is(asks.length, before, "whoever is over it costs nothing more");
});

test("a gateway whose store fails counts for itself", async (t) => {
	const limiter = new RateLimiter(() => Promise.reject(new Error("gone")));
	const answers = [];
	for (let n = 0; n < 4; n++) answers.push((await asked(limiter, "a", limitOf(3))).refused);
	t.deepEqual(answers, [false, false, false, true]);
});

/** The limiters of two gateways on one store. @param hear is told of each command's requests */
async function twoNodes(t: ExecutionContext, hear = (_requests: number) => {}): Promise<[RateLimiter, RateLimiter]> {
	const { MONGODB_URL, NAMESPACE } = await testSettings(t);
	const limiter = async () => {
		const connection = await createConnection(MONGODB_URL).asPromise();
		t.teardown(() => connection.close());
		const share = await sharedCounts(connection.useDb(`${NAMESPACE}-gateway`));
		return new RateLimiter((tally) => {
			hear(tally.requests);
			return share(tally);
		});
	};
	return [await limiter(), await limiter()];
}

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
	t.is(refused[0]?.headers.get("ratelimit-policy"), '"route";q=30;w=60, "default";q=1200;w=60');
	t.regex(refused[0]?.headers.get("ratelimit") ?? "", /^"route";r=0;t=\d+, "default";r=\d+;t=\d+$/);
	const other = await shop.client.request("GET", "/v1/products?limit=1");
	t.is(other.status, 200);
	t.regex(other.headers.get("ratelimit") ?? "", /^"default";r=\d+;t=\d+$/);
	t.is((await shop.client.request("GET", "/health/live")).headers.get("ratelimit"), null, "health is not counted");
});
