import { randomUUID } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { HOME } from "../data/homes.ts";

import { Crowd, offer, quantile, type Timed } from "./open-loop.ts";
import { processorTime } from "./processes.ts";
import { ADMIN, startShop } from "./shop.ts";

const { values } = parseArgs({
	options: {
		seconds: { type: "string", default: "8" },
		connections: { type: "string", default: "32" },
		times: { type: "string", default: "3" },
		/** `off` shows what happens without. */
		shed: { type: "string", default: "on" },
	},
});
const seconds = Number(values.seconds);
const connections = Number(values.connections);
const times = Number(values.times);
const say = (text: string) => process.stderr.write(`${text}\n`);

interface Tally {
	completed: number;
	refused: number;
	failed: number;
	answered: number;
	refusals: number[];
	withoutRetryAfter: number;
	wrong: Map<string, number>;
}
const fresh = (): Tally => ({
	completed: 0,
	refused: 0,
	failed: 0,
	answered: 0,
	refusals: [],
	withoutRetryAfter: 0,
	wrong: new Map(),
});
let tally = fresh();

const shop = await startShop({ SHED_LOAD: values.shed, LOG_LEVEL: "fatal" });
const { url } = shop;
const crowd = new Crowd(url, (method, path, { status, retryAfter, milliseconds }) => {
	if (status === 503) {
		tally.refusals.push(milliseconds);
		if (!retryAfter) tally.withoutRetryAfter++;
	} else if (status < 300) tally.answered++;
	else {
		const what = `${method} ${path.split("/")[2]} ${status}`;
		tally.wrong.set(what, (tally.wrong.get(what) ?? 0) + 1);
	}
});

class Left extends Error {}

/** One buyer from a product's page to the order: eight requests. One who is refused leaves. */
async function buyer(selling: { id: string; slug: string; title: string }[], turn: number): Promise<void> {
	const { id, slug, title } = selling[turn % selling.length] as (typeof selling)[number];
	const ask = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
		const answer: Timed = await crowd.send(method, path, body, headers);
		if (answer.status === 503) throw new Left();
		if (answer.status >= 300) throw new Error(`${method} ${path} ${answer.status}`);
		return JSON.parse(answer.body);
	};
	try {
		await ask("GET", `/v1/search?q=${encodeURIComponent(title.split(" ").slice(0, 2).join(" "))}`);
		await ask("GET", `/v1/products/${slug}`);
		const { cart, cartToken } = await ask("POST", "/v1/carts", {});
		const token = { "Cart-Token": cartToken };
		await ask("POST", `/v1/carts/${cart.id}/items`, { variantId: id, quantity: 1 }, token);
		await ask("PUT", `/v1/carts/${cart.id}/shipping-address`, HOME, token);
		const rates = await ask("GET", `/v1/carts/${cart.id}/shipping-rates`, undefined, token);
		await ask("PUT", `/v1/carts/${cart.id}/shipping-rate`, { rateId: rates.data[0].id }, token);
		const payment = { provider: "stripe", paymentMethod: "pm_card_visa" };
		const key = { "Idempotency-Key": randomUUID() };
		await ask("POST", "/v1/orders", { cartId: cart.id, email: "b@example.com", payment }, { ...token, ...key });
		tally.completed++;
	} catch (error) {
		if (error instanceof Left) tally.refused++;
		else tally.failed++;
	}
}

/** So many buyers one after the other, side by side. @returns orders and answers a second */
async function closedLoop(
	side: number,
	duration: number,
	work: (turn: number) => Promise<void>,
): Promise<{ orders: number; rate: number; tally: Tally }> {
	tally = fresh();
	const began = performance.now();
	let turn = 0;
	await Promise.all(
		Array.from({ length: side }, async () => {
			while (performance.now() - began < duration * 1_000) await work(turn++);
		}),
	);
	const took = (performance.now() - began) / 1_000;
	return { orders: tally.completed / took, rate: tally.answered / took, tally };
}

let ok = false;
try {
	const { accessToken } = JSON.parse((await crowd.send("POST", "/v1/auth/login", ADMIN)).body) as {
		accessToken: string;
	};
	const { data } = JSON.parse((await crowd.send("GET", "/v1/products?limit=40")).body) as {
		data: { slug: string; title: string; variants: { id: string; sku: string }[] }[];
	};
	const selling = data.flatMap(({ slug, title, variants }) =>
		variants.slice(0, 1).map(({ id, sku }) => ({ slug, title, id, sku })),
	);
	const admin = { Authorization: `Bearer ${accessToken}` };
	for (const { sku } of selling)
		await crowd.send("PUT", `/v1/admin/inventory/${encodeURIComponent(sku)}`, { onHand: 1_000_000 }, admin);
	const buy = (turn: number) => buyer(selling, turn);

	say("warming up …");
	await closedLoop(connections, 8, buy);
	say(`the peak, with ${connections} buyers side by side …`);
	const cpuBefore = processorTime([shop.pid]);
	const before = await closedLoop(connections, seconds, buy);
	const cpuPeak = (processorTime([shop.pid]) - cpuBefore) / seconds;
	if (before.tally.refused + before.tally.failed > 0)
		say(`at the peak ${before.tally.refused} were refused, ${before.tally.failed} failed`);
	// As a proxy before the gateway does: Node takes one connection in each turn of its event loop, so that under load the
	// first request on each would wait for its turn to be taken at all.
	await Promise.all(Array.from({ length: 512 }, () => crowd.send("GET", "/health/live")));
	say(`${times} times as many …`);
	tally = fresh();
	const own = monitorEventLoopDelay({ resolution: 5 });
	own.enable();
	const cpuThen = processorTime([shop.pid]);
	const began = performance.now();
	const offered = before.orders * times;
	await offer(offered, seconds, buy);
	const took = (performance.now() - began) / 1_000;
	const cpuOver = (processorTime([shop.pid]) - cpuThen) / took;
	const over = tally;
	own.disable();
	const afterOverload = performance.now();
	say("afterwards …");
	let normal: number | null = null;
	while (normal === null && performance.now() - afterOverload < 15_000) {
		const look = await closedLoop(4, 0.5, buy);
		if (look.tally.refused + look.tally.failed === 0 && look.tally.completed > 0)
			normal = (performance.now() - afterOverload) / 1_000;
	}
	// A shop that became quicker meanwhile, or had the machine to itself only then, is held against that.
	const after = await closedLoop(connections, seconds / 2, buy);
	const peak = after.orders > before.orders ? after : before;
	const n = (value: number, digits = 1) => value.toFixed(digits);
	const ratio = over.completed / took / peak.orders;
	const p99 = quantile(over.refusals, 0.99);
	const shed = (await crowd.send("GET", "/metrics")).body.match(/^tradewind_http_shed_total\{.*$/gm) ?? [];
	console.log(`peak         ${n(peak.orders)} orders/s (${n(before.orders)} before, ${n(after.orders)} after), ${n(peak.rate, 0)} answers/s, ${connections} buyers side by side; ${n(cpuPeak, 2)} processors of this machine's went to the shop
offered      ${n(offered)} buyers/s for ${seconds} s; all were answered after ${n(took)} s
goodput      ${n(over.completed / took)} orders/s, ${n(over.answered / took, 0)} answers/s: ${n(ratio, 2)} of the peak (floor 0.80); ${n(cpuOver, 2)} processors
refused      ${over.refused} buyers; refusals within p50 ${n(quantile(over.refusals, 0.5))} ms, p99 ${n(p99)} ms (floor 50), ${over.withoutRetryAfter} without Retry-After
             this load's own event loop came late by p50 ${n(own.percentile(50) / 1e6)} ms, p99 ${n(own.percentile(99) / 1e6)} ms, which is in those times
failed       ${over.failed} ${[...over.wrong].map(([what, count]) => `${what} x${count}`).join(", ")}
back         to normal after ${normal === null ? "more than 15" : n(normal)} s (floor 5)
${shed.map((line) => `             ${line}`).join("\n")}`);
	ok = ratio >= 0.8 && p99 <= 50 && over.withoutRetryAfter === 0 && normal !== null && normal <= 5;
} finally {
	crowd.close();
	await shop.stop();
}
process.exit(ok ? 0 : 1);
