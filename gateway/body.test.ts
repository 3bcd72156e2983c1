import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { holdsCardNumber } from "../runtime/card-number.ts";
import { codeOf } from "../runtime/errors.ts";
import { parseJson, readBody } from "./body.ts";

test("numbers of payment cards are found in any text", (t) => {
	for (const text of [
		'{"a":"4242424242424242"}',
		'{"a":4242424242424242}',
		"4242 4242 4242 4242",
		"5555-5555-5555-4444",
		"378282246310005",
		"my card 6011111111111117 thanks",
		"3566002020360505",
		"2223003122003222",
		"30569309025904",
		'"\\u0034242424242424242"',
		'"4242\\u00204242\\u002D42424242"',
	])
		t.true(holdsCardNumber(text), text);
});

test("numbers that are no card's are left alone", (t) => {
	for (const text of [
		"4242424242424241",
		"1234567890123456",
		"0000000000000000",
		"+14155550123",
		"424242424242424",
		"var_4242424242424242",
		"4242424242424242abc",
		"2000000041018",
		"1.4242424242424242",
		"9999999999999995",
		"ord_018f4242424242424242",
		"",
	])
		t.false(holdsCardNumber(text), text);
});

test("JSON is read, and what is none or too deep is refused before it is parsed", (t) => {
	const code = (text: string) => codeOf(t.throws(() => parseJson(Buffer.from(text))));
	t.deepEqual(parseJson(Buffer.from('{"a":["[[[[","\\"{{"]}')), { a: ["[[[[", '"{{'] });
	t.is(code("{"), "malformed_request");
	t.is(code(""), "malformed_request");
	t.is(code("[".repeat(33)), "validation_failed");
	t.is(code('{"a":'.repeat(10_000)), "validation_failed");
	t.deepEqual(parseJson(Buffer.from("[".repeat(32) + "]".repeat(32))), JSON.parse("[".repeat(32) + "]".repeat(32)));
	t.is(parseJson(Buffer.from(JSON.stringify("[".repeat(99)))), "[".repeat(99));
});

test("a body is bounded in length and in time", async (t) => {
	t.is(await outcome(t, (send) => send.end("abc")), "abc");
	t.is(await outcome(t, (send) => send.end("a".repeat(101))), "payload_too_large");
	t.is(
		await outcome(t, (send) => void [60, 60, 0].map((n) => (n ? send.write("a".repeat(n)) : send.end())), true),
		"payload_too_large",
	);
	t.is(await outcome(t, (send) => void send.write("a"), true), "request_timeout");
	t.is(
		await outcome(t, (send) => void send.write("a", () => setTimeout(() => send.destroy(), 20)), true),
		"malformed_request",
	);
});

/** What comes of a body that is sent to a reader of 100 bytes and 200 milliseconds. */
async function outcome(
	t: ExecutionContext,
	send: (request: ReturnType<typeof globalRequest>) => void,
	chunked = false,
): Promise<string> {
	const server = createServer();
	t.teardown(() => void server.close(() => {}).closeAllConnections());
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const read = new Promise<string>((resolve) => {
		server.once("request", (incoming, response) => {
			readBody(incoming, 100, 200)
				.then(String, (error) => codeOf(error) ?? "unknown")
				.then((result) => {
					response.end();
					resolve(result);
				});
		});
	});
	const outgoing = globalRequest((server.address() as AddressInfo).port, chunked);
	send(outgoing);
	return read;
}

function globalRequest(port: number, chunked: boolean) {
	const sent = request({
		port,
		host: "127.0.0.1",
		method: "POST",
		headers: chunked ? { "Transfer-Encoding": "chunked" } : {},
	});
	sent.on("error", () => {}).on("response", (response) => response.resume());
	return sent;
}
