import anyTest, { type ExecutionContext, type TestFn } from "ava";
import { as, filled, type Placed, place, register, stocked, until, VISA } from "../test/buyer.ts";
import { oneShop } from "../test/one-shop.ts";

const test = anyTest as TestFn;
const shop = oneShop(test);

interface Told {
	id: string;
	type: string;
	data: { id: string; orderId: string; type: string };
}

/** An open stream and all that it told so far. */
async function listen(t: ExecutionContext, accessToken: string, lastId?: string) {
	const abort = new AbortController();
	t.teardown(() => abort.abort());
	const headers: Record<string, string> = { Authorization: `Bearer ${accessToken}`, Accept: "text/event-stream" };
	if (lastId !== undefined) headers["Last-Event-ID"] = lastId;
	const answer = await fetch(`${shop().url}/v1/me/events`, { headers, signal: abort.signal });
	const told: Told[] = [];
	const read = async () => {
		let rest = "";
		for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
			rest += Buffer.from(chunk).toString("utf8");
			const parts = rest.split("\n\n");
			rest = parts.pop() as string;
			for (const part of parts) {
				const [, id, type, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(part) ?? [];
				if (id) told.push({ id, type: type as string, data: JSON.parse(data as string) });
			}
		}
	};
	const ended = answer.status === 200 ? read().catch(() => {}) : Promise.resolve();
	return { answer, told, ended, close: () => abort.abort() };
}

async function order(accessToken: string): Promise<Placed["order"]> {
	const { client } = shop();
	const cart = await filled(client, await stocked(client, await shop().admin()));
	return as<Placed>(201, await place(client, cart, VISA, { accessToken })).order;
}

test("a stream tells of one's own orders and of nobody else's", async (t) => {
	const [ada, bob] = await Promise.all([register(shop().client), register(shop().client)]);
	const [hers, his] = [await listen(t, ada.accessToken), await listen(t, bob.accessToken)];
	t.is(hers.answer.headers.get("content-type"), "text/event-stream");
	const [a, b] = [await order(ada.accessToken), await order(bob.accessToken)];
	const confirmed = ({ told }: typeof hers) => told.some(({ type }) => type === "order.confirmed");
	await until("both to be told", async () => confirmed(hers) && confirmed(his));
	for (const [{ told }, { id, timeline }] of [
		[hers, a],
		[his, b],
	] as const) {
		const events = told.filter(({ type }) => type !== "ready");
		t.deepEqual([...new Set(events.map(({ data }) => data.orderId))], [id]);
		t.deepEqual(
			events.slice(0, timeline.length).map(({ type }) => type),
			timeline.map(({ type }) => type),
		);
		t.true(events.every((event) => event.id === event.data.id));
	}
});

test("whoever lost the connection goes on without a gap, also from before the first event", async (t) => {
	const { accessToken } = await register(shop().client);
	const first = await listen(t, accessToken);
	await until("a place to go on from", async () => first.told[0]?.type === "ready");
	first.close();
	const one = await order(accessToken);
	const second = await listen(t, accessToken, first.told[0]?.id);
	await until("the first order", async () => second.told.length >= one.timeline.length);
	second.close();
	const two = await order(accessToken);
	const third = await listen(t, accessToken, second.told.at(-1)?.id);
	await until("the second order", async () => third.told.length >= two.timeline.length);
	const all = await listen(t, accessToken);
	const wanted = one.timeline.length + two.timeline.length;
	await until("all of it", async () => all.told.length >= wanted);
	const ids = [...second.told, ...third.told].map(({ id }) => id);
	t.deepEqual(ids, all.told.map(({ id }) => id).slice(0, ids.length));
	t.deepEqual(ids, [...new Set(ids)].toSorted());
	for (const bad of ["17", "last", "0000000!", "$ne"])
		t.is((await listen(t, accessToken, bad)).answer.status, 400, bad);
});

test("whoever asks for no event stream gets what there is, and is not kept waiting", async (t) => {
	const { accessToken } = await register(shop().client);
	const { id } = await order(accessToken);
	const { status, body } = await shop().client.request<string>("GET", "/v1/me/events", { accessToken });
	t.is(status, 200);
	t.regex(body, new RegExp(`"orderId":"${id}"[\\s\\S]*order.confirmed`));
});

test("logging out ends the stream", async (t) => {
	const { accessToken } = await register(shop().client);
	const stream = await listen(t, accessToken);
	await until("the stream to be open", async () => stream.told.length > 0);
	as(204, await shop().client.request("POST", "/v1/auth/logout", { accessToken }));
	await stream.ended;
	t.is((await listen(t, accessToken)).answer.status, 401);
});

test("a person holds so many streams and no more; nobody has one without signing in", async (t) => {
	t.is((await shop().client.request("GET", "/v1/me/events")).status, 401);
	const { accessToken } = await register(shop().client);
	const streams = [];
	for (let n = 0; n < 6; n++) streams.push(await listen(t, accessToken));
	t.true(streams.every(({ answer }) => answer.status === 200));
	const { answer } = await listen(t, accessToken);
	t.is(answer.status, 429);
	t.truthy(answer.headers.get("retry-after"));
	streams[0]?.close();
	await until("room for another", async () => (await listen(t, accessToken)).answer.status === 200);
});
