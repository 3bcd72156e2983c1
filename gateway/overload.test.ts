import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import test from "ava";
import { eventually } from "../runtime/testing.ts";
import { type Admitted, Overload, refuse } from "./overload.ts";
import type { Priority } from "./priority.ts";

/** Keeps the event loop busy. */
function spin(milliseconds: number): void {
	const end = performance.now() + milliseconds;
	while (performance.now() < end);
}

test.serial(
	"while the event loop comes late, what matters least is refused first, and all are let in again afterwards",
	async (t) => {
		const overload = new Overload();
		t.teardown(() => overload.stop());
		const underWay: Admitted[] = [];
		const enter = (priority: Priority) => {
			const admitted = overload.admit(priority);
			if (admitted) underWay.push(admitted);
			return admitted !== null;
		};
		for (let n = 0; n < 300; n++) t.true(enter("admin"), "there is room for all while there is time");
		let busy = true;
		const load = (async () => {
			while (busy) {
				spin(60);
				await new Promise((resolve) => setImmediate(resolve));
			}
		})();
		await eventually(() => overload.limit < 200);
		t.false(enter("admin"));
		t.false(enter("checkout"), "too much is under way even for the most important");
		while (overload.underWay > overload.limit * 0.6) overload.done(underWay.pop() as Admitted);
		t.deepEqual(
			(["admin", "search", "browse", "cart", "checkout", "webhooks"] as const).map((priority) => enter(priority)),
			[false, false, true, true, true, true],
		);
		t.true(overload.refused.admin >= 2);
		busy = false;
		await load;
		for (const admitted of underWay.splice(0)) overload.done(admitted);
		t.is(overload.underWay, 0);
		const low = overload.limit;
		await eventually(() => overload.limit > low + 200);
		t.true(enter("admin"));
	},
);

test.serial("requests that wait for others do not stand in the way of those that do not", async (t) => {
	const overload = new Overload();
	t.teardown(() => overload.stop());
	const waiting = Array.from({ length: 700 }, () => overload.admit("checkout"));
	t.true(waiting.every(Boolean));
	await eventually(() => overload.underWay === 0);
	t.truthy(overload.admit("admin"));
	for (const one of waiting) overload.done(one as Admitted);
	t.is(overload.underWay, 1);
});

test.serial("where answers come slowly although the event loop does not, less is let in", async (t) => {
	const overload = new Overload();
	t.teardown(() => overload.stop());
	for (let n = 0; n < 400; n++) overload.admit("checkout");
	const slow = { priority: "browse", generation: -9, since: performance.now() - 2_000 } as const;
	for (let n = 0; n < 20; n++) overload.done(slow);
	await eventually(() => overload.limit <= 96);
	t.is(overload.admit("browse"), null);
});

test.serial("a refusal says when to come again, and reads no body", async (t) => {
	const server = createServer((incoming, response) => refuse(incoming, response, "req_1"));
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	t.teardown(() => server.close());
	const { port } = server.address() as AddressInfo;
	const sent = request({
		port,
		host: "127.0.0.1",
		method: "POST",
		headers: { "Content-Length": "1000000", "Content-Type": "application/json" },
	});
	// The body never comes.
	sent.flushHeaders();
	const [response] = await once(sent, "response");
	let text = "";
	for await (const chunk of response) text += chunk;
	t.is(response.statusCode, 503);
	t.is(response.headers["content-type"], "application/problem+json");
	t.is(response.headers["x-request-id"], "req_1");
	t.is(response.headers.connection, "close");
	t.regex(response.headers["retry-after"], /^[123]$/);
	t.like(JSON.parse(text), {
		code: "unavailable",
		status: 503,
		requestId: "req_1",
		title: "The service cannot answer now",
	});
	sent.destroy();
});
