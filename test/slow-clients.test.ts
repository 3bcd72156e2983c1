import { connect, type Socket } from "node:net";
import anyTest, { type ExecutionContext, type TestFn } from "ava";
import { oneShop } from "./one-shop.ts";

const test = anyTest as TestFn;
const shop = oneShop(test);
const HEAD = "POST /v1/carts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

/**
 * Sends a text at once and then a byte a second, as one does who wants to hold connections.
 * @returns all that was answered until the gateway ended the connection
 */
function drip(t: ExecutionContext, text: string, byte: string): Promise<string> {
	return new Promise((resolve) => {
		let answer = "";
		let timer: NodeJS.Timeout | undefined;
		const socket: Socket = connect(Number(new URL(shop().url).port), "127.0.0.1", () => {
			socket.write(text);
			timer = setInterval(() => socket.write(byte), 1_000);
		});
		const end = () => {
			clearInterval(timer);
			socket.destroy();
			resolve(answer);
		};
		t.teardown(end);
		socket.setEncoding("utf8").on("data", (chunk) => {
			answer += chunk;
		});
		socket.on("error", end).on("close", end);
	});
}

test("a body that comes a byte a second is answered 408, and its connection ends", async (t) => {
	const answer = await drip(t, `${HEAD}Content-Length: 1000\r\n\r\n{`, " ");
	t.regex(answer, /^HTTP\/1\.1 408 [\s\S]*application\/problem\+json[\s\S]*"request_timeout"/);
});

test("a head that comes a byte a second is answered 408, and its connection ends", async (t) => {
	const answer = await drip(t, "GET /v1/products HTTP/1.1\r\nHost: a\r\nX-Slow: ", "a");
	t.regex(answer, /^HTTP\/1\.1 408 [\s\S]*application\/problem\+json[\s\S]*"request_timeout"/);
});

test("a body of ten million bytes that comes slowly is refused at its length, and its connection ends", async (t) => {
	const answer = await drip(t, `${HEAD}Content-Length: 10000000\r\n\r\n{`, " ");
	t.regex(answer, /^HTTP\/1\.1 413 [\s\S]*"payload_too_large"/);
});
