import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startStandIns } from "../embedded/start.ts";
import { Balancer } from "./balancer.ts";
import { startNats } from "./nats.ts";
import { type NodeProcess, startService, stopNodes, untilReady } from "./nodes.ts";
import { freePort } from "./ports.ts";
import { SERVICES, type ServiceName } from "./services.ts";
import { Visitors } from "./visitors.ts";
import { WANTED_EVENTS } from "./webhooks.ts";

// Every service on two nodes, visitors through two gateways, and one node of each told to end in turn. No request may fail, and
// who listens to their orders must miss nothing.
const { values } = parseArgs({
	options: {
		/** Requests a second that are offered; fewer where the machine does not answer so many. */
		rate: { type: "string", default: "100" },
		/** Visitors at a time. */
		visitors: { type: "string", default: "12" },
		/** Seconds between two nodes that end. */
		every: { type: "string", default: "3" },
	},
});
const HOST = "127.0.0.1";
const DRAIN = "3";

const folder = mkdtempSync(join(tmpdir(), "tradewind-restart-"));
const stops: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
const nodes = new Map<string, NodeProcess>();
let failed = true;
try {
	failed = await run();
} catch (error) {
	console.error((error as Error).message);
} finally {
	for (const stop of stops.reverse()) await stop();
}
process.exit(failed ? 1 : 0);

/** @returns whether a request failed, or a node did not end as it should */
async function run(): Promise<boolean> {
	const nats = await startNats(folder);
	if (!nats) throw new Error("there is no nats-server on the PATH: several nodes need one");
	stops.push(() => nats.stop());
	const standIns = await startStandIns({ settings: {}, host: HOST, dataDir: join(folder, "stand-ins") });
	stops.push(() => standIns.close());
	const administrator = { email: "restart@tradewind.test", password: randomBytes(12).toString("hex") };
	const environment = {
		...process.env,
		...standIns.settings,
		NATS_URL: nats.url,
		NATS_MONITOR_URL: nats.monitorUrl,
		DATA_DIR: folder,
		NAMESPACE: `restart${randomBytes(3).toString("hex")}`,
		TOKEN_SECRET: randomBytes(32).toString("hex"),
		ADMIN_EMAIL: administrator.email,
		ADMIN_PASSWORD: administrator.password,
		RATE_LIMIT: "off",
		SHED_LOAD: "off",
		DRAIN_SECONDS: DRAIN,
		LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
	};
	stops.push(() => stopNodes([...nodes.values()]));
	const gateways: string[] = [];
	// One after the other: twenty processes that start together would keep each other waiting.
	for (const name of SERVICES) {
		for (const n of [1, 2]) {
			const port = name === "gateway" ? await freePort(HOST) : 0;
			if (port) gateways.push(`http://${HOST}:${port}`);
			const id = `${name}.${n}`;
			const node = startService(name, { ...environment, NODE_ID: id, PORT: String(port) });
			nodes.set(id, node);
			await node.running;
		}
	}
	for (const url of gateways) await untilReady(url);
	await standIns.registerWebhooks(gateways[1] as string, WANTED_EVENTS);
	console.log(`${nodes.size} processes, two of each service; gateways at ${gateways.join(" and ")}`);

	const balancer = new Balancer(gateways);
	stops.push(async () => balancer.close());
	const visitors = new Visitors(balancer, administrator, Number(values.rate));
	await visitors.prepare();
	visitors.start(Number(values.visitors));
	const missed = await visitors.listen();
	await seconds(Number(values.every));
	let unclean = 0;
	for (const name of SERVICES) if (!(await endOne(name, visitors))) unclean++;
	await seconds(Number(values.every));
	await visitors.stop();
	const lost = await missed();

	const { requests, failures, slowest } = visitors;
	for (const [what, times] of failures) console.log(`FAILED ${times} x ${what}`);
	for (const what of lost) console.log(`MISSED ${what}`);
	console.log(
		`a buyer heard ${visitors.heard} events of their orders in ${visitors.streams} streams, ${lost.length} gaps`,
	);
	console.log(
		`${SERVICES.length} nodes told to end (SIGTERM), ${unclean} of them not cleanly; ${requests} requests, ${visitors.orders} orders, ${visitors.failed} failed; the slowest took ${Math.round(slowest)} ms; ${balancer.moved} went to the other gateway as one no longer listened`,
	);
	return visitors.failed > 0 || unclean > 0 || lost.length > 0;
}

/** @returns whether it ended by itself and without an error */
async function endOne(name: ServiceName, visitors: Visitors): Promise<boolean> {
	const node = nodes.get(`${name}.1`) as NodeProcess;
	const before = visitors.requests;
	const began = performance.now();
	node.process.kill("SIGTERM");
	await node.exited;
	const took = ((performance.now() - began) / 1_000).toFixed(1);
	const code = node.process.exitCode;
	await seconds(Number(values.every));
	console.log(
		`${name}.1 ended after ${took} s${code === 0 ? "" : ` with ${code ?? node.process.signalCode}`}; ${visitors.requests - before} requests meanwhile, ${visitors.failed} failed so far`,
	);
	return code === 0;
}

function seconds(count: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, count * 1_000));
}
