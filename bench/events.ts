/**
 * What the way of an event promises, measured on a nats-server that syncs and the embedded MongoDB, each in a process of its
 * own: `npm run bench:events`.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startNats } from "../bin/nats.ts";
import { freePort } from "../bin/ports.ts";
import { type Caller, call } from "../runtime/action.ts";
import { readSettings } from "../runtime/config.ts";
import { startNode } from "../runtime/node.ts";
import { meter, shown, someMeters, tick, waiting } from "./meter.ts";
import { quantile } from "./open-loop.ts";
import { startChild } from "./processes.ts";

const { values } = parseArgs({
	options: {
		/** Events a second. */
		rate: { type: "string", default: "500" },
		seconds: { type: "string", default: "10" },
		kills: { type: "string", default: "20" },
		backlog: { type: "string", default: "10000" },
		write: { type: "boolean", default: true },
	},
	allowNegative: true,
});
const [rate, seconds, kills, backlog] = [values.rate, values.seconds, values.kills, values.backlog].map(Number) as [
	number,
	number,
	number,
	number,
];
const METERS = 200;
const POISON = "poison";
const TURNS = 5;

interface Row {
	what: string;
	floor: string;
	measured: string;
	kept: boolean;
}

const rows: Row[] = [];
const say = (text: string) => process.stderr.write(`${text}\n`);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const n = (value: number, digits = 0) =>
	value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

const folder = mkdtempSync(join(tmpdir(), "tradewind-events-"));
const natsPort = await freePort("127.0.0.1");
let nats = await startedNats();
const store = await startChild(
	join(import.meta.dirname, "..", "bin", "embedded.ts"),
	["mongodb", "--data", join(folder, "mongodb")],
	{},
	(output) => output.includes("mongodb://"),
);

/** Ids of events that were handled, and the milliseconds it took from the change. */
let heard = new Map<string, number>();
let handled = 0;
const node = await startNode(
	[
		meter(({ id, at, aggregate, data }) => {
			const nth = Number(aggregate.replace(/\D/g, "")) + data.count;
			if (aggregate.includes(POISON) && nth % 100 === 0) throw new Error("poison");
			handled++;
			if (!heard.has(id)) heard.set(id, Date.now() - Date.parse(at));
		}),
	],
	readSettings(
		{
			NATS_URL: nats.url,
			NATS_MONITOR_URL: nats.monitorUrl,
			MONGODB_URL: /mongodb:\/\/\S+/.exec(store.output())?.[0],
			DATA_DIR: folder,
			NAMESPACE: `events${process.pid}`,
			LOG_LEVEL: "fatal",
		},
		() => "",
	),
	{ patience: { attempts: 3, firstDelay: 500, longestDelay: 1_000 } },
);
const from = node.broker as unknown as Caller;
const change = (id: string) => call(from, tick, { id });

try {
	await warm();
	await lag();
	await killed();
	await drained();
	await poisoned();
	report();
} finally {
	await node.stop();
	await nats.stop();
	await store.stop();
	rmSync(folder, { recursive: true, force: true });
}
process.exit(rows.every(({ kept }) => kept) ? 0 : 1);

async function startedNats() {
	const server = await startNats(folder, natsPort);
	if (!server) throw new Error("there is no nats-server on the PATH: this needs one that may be killed");
	return server;
}

async function total(ids: string[]): Promise<number> {
	return (await Promise.all(ids.map((id) => shown(id)))).reduce((sum, count) => sum + count, 0);
}

/** Changes meters at the rate, whatever becomes of it, for as long as `on`. @returns how many */
async function steadily(ids: string[], on: (spent: number) => boolean): Promise<number> {
	const began = performance.now();
	const under = new Set<Promise<unknown>>();
	let made = 0;
	for (let spent = 0; on(spent); spent = performance.now() - began) {
		for (; made < (spent / 1_000) * rate; made++) {
			const one = change(ids[made % ids.length]!).finally(() => under.delete(one));
			under.add(one);
		}
		await pause(5);
	}
	await Promise.all(under);
	return made;
}

/** @returns milliseconds until `count` different events were handled; null when that never was */
async function until(count: number, within = 60_000): Promise<number | null> {
	const began = performance.now();
	while (heard.size < count) {
		if (performance.now() - began > within) return null;
		await pause(5);
	}
	return performance.now() - began;
}

async function warm(): Promise<void> {
	say("warming up …");
	const ids = await someMeters(METERS, "warm");
	const made = await steadily(ids, (spent) => spent < 3_000);
	await until(made);
}

async function lag(): Promise<void> {
	say(`${rate} events a second for ${seconds} s …`);
	heard = new Map();
	const ids = await someMeters(METERS, "lag");
	const made = await steadily(ids, (spent) => spent < seconds * 1_000);
	await until(made);
	const times = [...heard.values()];
	const p99 = quantile(times, 0.99);
	rows.push({
		what: `from a change to its event's end, at ${rate} a second: ${n(made)} changes, ${n(heard.size)} events`,
		floor: "p99 200 ms",
		measured: `p50 ${n(quantile(times, 0.5))} ms, p99 ${n(p99)} ms`,
		kept: p99 <= 200 && heard.size === made,
	});
}

async function killed(): Promise<void> {
	say(`${kills} SIGKILLs of nats-server at ${rate} events a second …`);
	heard = new Map();
	const ids = await someMeters(METERS, "kill");
	let over = false;
	const load = steadily(ids, () => !over);
	for (let kill = 0; kill < kills; kill++) {
		await pause(700 + Math.random() * 800);
		await nats.stop("SIGKILL");
		await pause(Math.random() * 400);
		nats = await startedNats();
	}
	await pause(1_000);
	over = true;
	const made = await load;
	const back = await until(made);
	const changes = await total(ids);
	const missing = changes - heard.size;
	rows.push({
		what: `${kills} SIGKILLs of nats-server at ${rate} a second: ${n(changes)} changes`,
		floor: "0 events missing",
		measured: `${missing} missing; the last one ${back === null ? "never came" : `came ${n(back / 1_000, 1)} s after the load`}`,
		kept: missing === 0 && made === changes,
	});
}

async function drained(): Promise<void> {
	say(`${backlog} events wait for nats-server …`);
	heard = new Map();
	await nats.stop("SIGKILL");
	const ids = await someMeters(2_000, "wait");
	for (let made = 0; made < backlog; made += 500)
		await Promise.all(Array.from({ length: 500 }, (_, k) => change(ids[(made + k) % ids.length]!)));
	const before = await waiting();
	nats = await startedNats();
	const took = await until(backlog);
	rows.push({
		what: `${n(before)} events wait until nats-server is back`,
		floor: "handled within 5 s",
		measured: took === null ? "never" : `${n(took / 1_000, 1)} s`,
		kept: took !== null && took <= 5_000,
	});
}

/** As many changes as go through, from some callers at once. @returns events handled a second, until 98 in 100 were */
async function throughput(ids: string[]): Promise<number> {
	heard = new Map();
	handled = 0;
	const began = performance.now();
	const end = began + seconds * 500;
	let made = 0;
	await Promise.all(
		Array.from({ length: 64 }, async (_, k) => {
			for (let turn = k; performance.now() < end; turn += 64) {
				await change(ids[turn % ids.length]!);
				made++;
			}
		}),
	);
	while (handled < made * 0.98 && performance.now() - began < 60_000) await pause(5);
	return (handled * 1_000) / (performance.now() - began);
}

async function poisoned(): Promise<void> {
	say("1 in 100 is poison …");
	const well = await someMeters(METERS, "well");
	const bad = await someMeters(METERS, POISON);
	const rates = { well: [] as number[], bad: [] as number[] };
	for (let turn = 0; turn < TURNS; turn++) {
		rates.well.push(await throughput(well));
		rates.bad.push(await throughput(bad));
	}
	await pause(5_000);
	const { letters } = await node.bus.deadLetters({ limit: 100 });
	const ratio = quantile(rates.bad, 0.5) / quantile(rates.well, 0.5);
	rows.push({
		what: `throughput when 1 in 100 is poison, against none (median of ${TURNS} turns each)`,
		floor: "0.9",
		measured: `${n(ratio, 2)}: ${n(quantile(rates.bad, 0.5))} against ${n(quantile(rates.well, 0.5))} a second; ${letters.length === 100 ? "100 or more" : letters.length} dead letters`,
		kept: ratio >= 0.9 && letters.length > 0,
	});
}

function report(): void {
	const text = `# The way of an event

Written by \`npm run bench:events\` on ${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.version}: a nats-server that syncs and
the embedded MongoDB, each in a process of its own, and one process whose service changes aggregates and hears of it.

| what | floor | measured | |
| --- | --- | --- | --- |
${rows.map(({ what, floor, measured, kept }) => `| ${what} | ${floor} | ${measured} | ${kept ? "kept" : "missed"} |`).join("\n")}
`;
	console.log(text);
	if (values.write) writeFileSync(join(import.meta.dirname, "..", "docs", "benchmarks-events.md"), text);
}
