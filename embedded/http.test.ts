import test from "ava";
import { parseForm, UnreadableBody } from "./form.ts";
import { serve } from "./http.ts";
import { router } from "./router.ts";

test("a port that is taken is refused with a sentence that names it", async (t) => {
	const first = await serve({ handle: () => ({ status: 200 }) });
	t.teardown(() => first.close());
	await t.throwsAsync(serve({ port: first.port, handle: () => ({ status: 200 }) }), {
		message: `Port ${first.port} on 127.0.0.1 is already in use; choose another port.`,
	});
});

test("routes are found by method, literal segments and decoded names; the rest goes to the hook", async (t) => {
	const handle = router(
		[
			["GET", "/things/search", () => ({ status: 200, body: "search" })],
			["GET", "/things/:id", ({ params, query }) => ({ status: 200, body: { ...params, q: query.get("q") } })],
			[
				"POST",
				"/things/:id/parts/:part",
				({ params, raw }) => ({ status: 201, body: { ...params, size: raw.length } }),
			],
		],
		({ path }) => ({ status: 404, body: { unknown: path } }),
	);
	const server = await serve({ handle });
	t.teardown(() => server.close());
	const get = async (path: string, init?: RequestInit) => (await fetch(`${server.url}${path}`, init)).text();
	t.is(await get("/things/search"), "search");
	t.is(await get("/things/a%20b?q=1"), '{"id":"a b","q":"1"}');
	t.is(await get("/things/1/parts/2", { method: "POST", body: "abc" }), '{"id":"1","part":"2","size":3}');
	t.is(await get("/things/%zz"), '{"unknown":"/things/%zz"}');
	t.is(await get("/things/1", { method: "PUT" }), '{"unknown":"/things/1"}');
	const big = await fetch(`${server.url}/things/1/parts/2`, { method: "POST", body: Buffer.alloc(1 << 21) });
	t.is(big.status, 413);
});

test("a form with brackets becomes nested objects and arrays, and no prototype is touched", (t) => {
	const form = (text: string) => parseForm(new URLSearchParams(text)) as Record<string, unknown>;
	t.is(
		JSON.stringify(form("a[b][0]=c&a[b][1][d]=e&f=g&h[]=1&h[]=2")),
		'{"a":{"b":["c",{"d":"e"}]},"f":"g","h":["1","2"]}',
	);
	form("__proto__[polluted]=1&a[__proto__][polluted]=1&constructor[prototype][polluted]=1");
	t.is(({} as { polluted?: string }).polluted, undefined);
	t.throws(() => form(`a${"[b]".repeat(100)}=1`), { instanceOf: UnreadableBody });
});
