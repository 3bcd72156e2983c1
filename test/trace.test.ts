import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "ava";
import { addressed, as, filled, type Placed, place, stocked, until } from "./buyer.ts";
import { startTestShop } from "./shop.ts";

const ID = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${ID}-b7ad6b7169203331-01`;

interface Told {
	traceId: string;
	spanId: string;
	parentSpanId?: string;
	name: string;
	service: string;
}

test("one checkout is one trace, from the gateway through every service to the mail", async (t) => {
	const spans: Told[] = [];
	const collector = createServer(async (request, response) => {
		let text = "";
		for await (const chunk of request) text += chunk;
		for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans)
			for (const span of scopeSpans[0].spans)
				spans.push({ ...span, service: resource.attributes[0].value.stringValue, url: request.url });
		response.end("{}");
	});
	await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
	t.teardown(() => void collector.close());
	const { port } = collector.address() as AddressInfo;
	const shop = await startTestShop(t, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }, { sample: false });
	const { client } = shop;
	const cart = await filled(client, await stocked(client, await shop.admin(), { requiresShipping: true }));
	await addressed(client, cart);
	const answer = await place(client, cart, undefined, {
		headers: { traceparent },
		cartToken: cart.cartToken,
		key: "traced",
	});
	as<Placed>(201, answer);
	t.regex(answer.headers.get("traceresponse") ?? "", new RegExp(`^00-${ID}-[0-9a-f]{16}-01$`));

	const traced = () => spans.filter(({ traceId }) => traceId === ID);
	const wanted = ["gateway", "cart", "order", "product", "payment", "shipping", "notification"];
	await until("a span of every service", () =>
		Promise.resolve(wanted.every((name) => traced().some(({ service }) => service === name))),
	);
	const root = traced().find(({ name }) => name === "gateway order.place");
	t.is(root?.parentSpanId, "b7ad6b7169203331", "it is a part of what the caller does");
	const ordered = traced().find(({ name }) => name === "order.place");
	t.is(ordered?.parentSpanId, root?.spanId);
	t.true(traced().some(({ service, parentSpanId }) => service === "payment" && parentSpanId === ordered?.spanId));
	const others = spans.filter(({ traceId }) => traceId !== ID);
	t.true(others.length > 0, "who sends no traceparent has a trace of their own");
	t.false(others.some(({ name }) => name === "order.place"));
});
