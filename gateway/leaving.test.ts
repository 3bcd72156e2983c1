import { Agent, get, type IncomingMessage } from "node:http";
import test, { type ExecutionContext } from "ava";
import { as, register, until } from "../test/buyer.ts";
import { startTestShop } from "../test/shop.ts";

/** Asks over a connection of its own, which is used again as long as the gateway lets it. */
function visitor(t: ExecutionContext, url: string) {
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	t.teardown(() => agent.destroy());
	return (path: string, headers: Record<string, string> = {}) =>
		new Promise<{ status: number; connection: string | undefined; response: IncomingMessage }>((resolve, reject) => {
			get(url + path, { agent, headers }, (response) => {
				response.resume();
				const answer = { status: response.statusCode ?? 0, connection: response.headers.connection, response };
				if (/event-stream/.test(response.headers["content-type"] ?? "")) resolve(answer);
				else response.once("end", () => resolve(answer));
			}).once("error", reject);
		});
}

test("a gateway that is told to end says so, answers on, sends its clients elsewhere and ends its streams", async (t) => {
	const shop = await startTestShop(t, { DRAIN_SECONDS: "2" }, { sample: false });
	const { accessToken } = await register(shop.client);
	const visit = visitor(t, shop.url);
	t.is((await visit("/health/ready")).connection, "keep-alive");
	const listening = { Authorization: `Bearer ${accessToken}`, Accept: "text/event-stream" };
	const stream = await visitor(t, shop.url)("/v1/me/events", listening);
	t.is(stream.status, 200);
	const ended = new Promise((resolve) => stream.response.once("end", resolve));

	const stopped = shop.node.stop();
	await until("readiness to say no", async () => (await visit("/health/ready")).status === 503);
	const answer = await visit("/v1/products");
	t.is(answer.status, 200, "who has not heard of it is served");
	t.is(answer.connection, "close");
	as(201, await shop.client.request("POST", "/v1/carts", { body: {} }));
	await ended;
	t.true(stream.response.complete, "a stream ends as it should, not in the middle");
	t.is((await visit("/v1/me/events", listening)).status, 503, "and none begins");
	t.is((await visit("/health/live")).status, 200);
	await stopped;
	await t.throwsAsync(visit("/health/live"), { code: "ECONNREFUSED" });
});
