import anyTest, { type TestFn } from "ava";
import { letterOf } from "../runtime/events/letter.ts";
import { storedLetters } from "../runtime/events/stored-letters.ts";
import { as, type Problem, register } from "../test/buyer.ts";
import { oneShop } from "../test/one-shop.ts";

const test = anyTest as TestFn;
// The letters of a shop without NATS can be written from here; those on a stream have tests of their own.
const shop = oneShop(test, { NATS_URL: "" });

const dead = (n: number, name: string, service: string, consumer: string) =>
	letterOf(
		{ service, consumer },
		{
			id: `orders/ord_${n}/1/0`,
			name,
			aggregate: `ord_${n}`,
			at: `2026-01-0${n}T00:00:00.000Z`,
			data: { orderId: `ord_${n}` },
		},
		new Error("it was poison"),
		12,
		[{ attempt: 12, at: "2026-01-01T00:00:00.000Z", error: "it was poison" }],
	);

test.serial("staff list dead letters in pages, look at one, drop it, and see why a replay fails", async (t) => {
	const { client, settings } = shop();
	const accessToken = await shop().admin();
	const box = storedLetters(settings.NAMESPACE);
	const all = [1, 2, 3].map((n) => dead(n, "order.confirmed", "notification", n === 3 ? "nobody" : "order-confirmed"));
	for (const letter of all) await box.put(letter);

	interface Page {
		data: { id: string; error: string; attempts: number }[];
		nextCursor: string | null;
	}
	const path = "/v1/admin/dead-letters";
	const list = async (query: string) => as<Page>(200, await client.request("GET", `${path}${query}`, { accessToken }));
	const first = await list("?limit=2");
	t.deepEqual(
		first.data.map(({ id }) => id),
		all.slice(0, 2).map(({ id }) => id),
	);
	const second = await list(`?limit=2&cursor=${first.nextCursor}`);
	t.like(second, { data: { length: 1, 0: { id: all[2]?.id } }, nextCursor: null });
	t.is((await list("?service=search")).data.length, 0);
	t.is((await client.request("GET", `${path}?cursor=nonsense`, { accessToken })).status, 422);

	const one = `${path}/${all[2]?.id}`;
	const shown = as<object>(200, await client.request("GET", one, { accessToken }));
	t.like(shown, { error: "it was poison", attempts: 12, event: { aggregate: "ord_3" }, history: { length: 1 } });
	t.notRegex(JSON.stringify(shown), /\.ts:\d+/, "no path of a file");
	const nobody = await client.request<Problem>("POST", `${one}/replay`, { accessToken });
	t.is(nobody.status, 503, "no node runs such a consumer");
	t.is((await client.request("DELETE", one, { accessToken })).status, 204);
	for (const [method, tail] of [
		["GET", ""],
		["DELETE", ""],
		["POST", "/replay"],
	] as const)
		t.is((await client.request(method, one + tail, { accessToken })).status, 404);
});

test.serial("nobody but staff with the right sees or moves dead letters", async (t) => {
	const { client } = shop();
	const { accessToken } = await register(client);
	for (const [method, tail] of [
		["GET", ""],
		["GET", "/dlt_1"],
		["DELETE", "/dlt_1"],
		["POST", "/dlt_1/replay"],
	] as const) {
		const path = `/v1/admin/dead-letters${tail}`;
		t.is((await client.request(method, path)).status, 401);
		t.is((await client.request(method, path, { accessToken })).status, 403);
	}
});
