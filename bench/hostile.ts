import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { startShop } from "../bin/shop.ts";

// How long requests of a hostile size keep the shop's event loop from everybody else. They are sent from another thread.
const MOST = 200;
const TIMES = 20;

const folder = mkdtempSync(join(tmpdir(), "tradewind-hostile-"));
const shop = await startShop({
	sample: true,
	inMemory: true,
	environment: { ...process.env, PORT: "0", DATA_DIR: folder, RATE_LIMIT: "off", LOG_LEVEL: "error" },
});

/** Sends the same request so often, and answers with the statuses. */
const SENDER = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", async ({ url, times, method, parts }) => {
	const body = parts?.map(([text, count]) => text.repeat(count)).join("");
	const headers = body === undefined ? {} : { "Content-Type": "application/json" };
	const statuses = new Set();
	for (let n = 0; n < times; n++) {
		const answer = await fetch(url, { method, headers, body }).catch(() => ({ status: "closed", text() {} }));
		await answer.text();
		statuses.add(answer.status);
	}
	parentPort.postMessage([...statuses].join(", "));
});`;

type Attack = [what: string, method: string, path: string, parts?: [text: string, count: number][]];
const ATTACKS: Attack[] = [
	["a body of 10 MB", "POST", "/v1/carts", [["a", 10_000_000]]],
	["a body of 1 MB of brackets", "POST", "/v1/carts", [["[", 1_000_000]]],
	["depth 10,000", "POST", "/v1/carts", [['{"a":', 10_000]]],
	["1 MB of digits", "POST", "/v1/carts", [["4242 ", 200_000]]],
	[
		"1 MB of escapes",
		"POST",
		"/v1/carts",
		[
			['"\\u0034', 1],
			["\\u0034", 170_000],
		],
	],
	[
		"100,000 unknown fields",
		"POST",
		"/v1/carts",
		[
			['{"a":1', 1],
			[',"a":1', 100_000],
			["}", 1],
		],
	],
	["q of 50,000 characters", "GET", `/v1/search?q=${"a".repeat(50_000)}`],
	["q of 8,000 blanks", "GET", `/v1/search?q=a${"%20".repeat(2_600)}`],
	["limit=1e6", "GET", "/v1/products?limit=1e6"],
	["a query of 2,000 parameters", "GET", `/v1/products?${"a=1&".repeat(2_000)}`],
	["a path of 8,000 segments", "GET", `/${"a/".repeat(8_000)}`],
];

/** What it is like while nobody attacks: on a busy machine others keep the loop, too. */
const CALM: Attack = ["nothing hostile", "GET", "/v1/products?limit=1"];

const sender = new Worker(SENDER, { eval: true });
let worst = 0;
for (const [what, method, path, parts] of [CALM, ...ATTACKS]) {
	const delays = monitorEventLoopDelay({ resolution: 5 });
	delays.enable();
	const statuses = await new Promise<string>((resolve) => {
		sender.once("message", resolve);
		sender.postMessage({ url: shop.url + path, times: TIMES, method, parts });
	});
	delays.disable();
	const longest = delays.max / 1e6;
	if (what !== CALM[0]) worst = Math.max(worst, longest);
	console.log(`${what.padEnd(44)} ${statuses.padEnd(12)} longest delay ${longest.toFixed(0).padStart(4)} ms`);
}
await sender.terminate();
await shop.stop();
rmSync(folder, { recursive: true, force: true });
console.log(
	`the longest delay of the event loop was ${worst.toFixed(0)} ms, ${worst > MOST ? "above" : "within"} ${MOST} ms`,
);
process.exit(worst > MOST ? 1 : 0);
