import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { newId } from "../runtime/ids.ts";
import { accounted, type Contender, conditional, mailbox, optimistic } from "./hot-stock.ts";
import { startChild } from "./processes.ts";

const { values } = parseArgs({
	options: {
		hot: { type: "boolean" },
		seconds: { type: "string", default: "4" },
		callers: { type: "string", default: "100" },
		write: { type: "boolean", default: true },
	},
	allowNegative: true,
});
const callers = Number(values.callers);
const seconds = Number(values.seconds);
/** So many pieces are held at most, then all are let go outside the time that counts. */
const ROUND = 1_000;
/** Milliseconds that a hold lives. */
const HOLD = 600_000;

interface Measured {
	name: string;
	count: number;
	rate: number;
	p50: number;
	p99: number;
	/** Commands for each reservation. */
	commands: number;
}

interface Tally {
	contender: Contender;
	times: number[];
	spent: number;
	sent: number;
}

/** Reserves until the round is full or its milliseconds are over, then lets all go outside the time that counts. */
async function round(tally: Tally, milliseconds: number): Promise<void> {
	const { contender, times } = tally;
	const expiresAt = new Date(Date.now() + HOLD).toISOString();
	const before = times.length;
	const sent = contender.commands();
	const began = performance.now();
	let left = ROUND;
	const caller = async () => {
		while (left > 0 && performance.now() - began < milliseconds) {
			left--;
			const asked = performance.now();
			await contender.reserve({ reference: newId("ord"), quantity: 1, expiresAt });
			times.push(performance.now() - asked);
		}
	};
	await Promise.all(Array.from({ length: callers }, caller));
	tally.spent += performance.now() - began;
	tally.sent += contender.commands() - sent;
	await contender.clear(times.length - before);
}

/** The contenders take turns, so that what else the machine does meets all of them. */
async function measure(contenders: Contender[]): Promise<Measured[]> {
	const tallies = () => contenders.map((contender): Tally => ({ contender, times: [], spent: 0, sent: 0 }));
	for (const warm of tallies()) await round(warm, 500);
	const measured = tallies();
	for (let turn = 0; measured.some(({ spent }) => spent < seconds * 1_000); turn++) {
		process.stderr.write(`turn ${turn + 1} …\n`);
		for (const tally of measured) if (tally.spent < seconds * 1_000) await round(tally, 1_000);
	}
	return measured.map(({ contender: { name }, times, spent, sent }) => {
		times.sort((a, b) => a - b);
		const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
		const count = times.length;
		return { name, count, rate: (count * 1_000) / spent, p50: at(0.5), p99: at(0.99), commands: sent / count };
	});
}

const folder = mkdtempSync(join(tmpdir(), "tradewind-hot-"));
const given = process.env.MONGODB_URL;
const store = given
	? null
	: await startChild(
			join(import.meta.dirname, "..", "bin", "embedded.ts"),
			["mongodb", "--data", join(folder, "mongodb")],
			{},
			(output) => output.includes("mongodb://"),
		);
const url = given ?? (/mongodb:\/\/\S+/.exec(store?.output() ?? "")?.[0] as string);
try {
	const contenders: Contender[] = [];
	try {
		for (const open of [conditional, accounted, optimistic, (at: string) => mailbox(at, folder)])
			contenders.push(await open(url));
		const where = given ? "the MongoDB of MONGODB_URL" : "the embedded MongoDB, durable, in a process of its own";
		report(await measure(contenders), where);
	} finally {
		for (const contender of contenders) await contender.close();
	}
} finally {
	await store?.stop();
	rmSync(folder, { recursive: true, force: true });
}

function report(measured: Measured[], where: string): void {
	const n = (value: number, digits = 0) =>
		value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
	const own = measured.find(({ name }) => name === "mailbox") as Measured;
	const rows = measured.map(({ name, count, rate, p50, p99, commands }) =>
		[
			name,
			n(count),
			n(rate),
			n(p50, 1),
			n(p99, 1),
			n(commands, 2),
			own.name === name ? "" : n(own.rate / rate, 1),
		].join(" | "),
	);
	const ratio = (name: string) => own.rate / measured.find((one) => one.name === name)!.rate;
	const against = ratio("one conditional update each, with its event and its entry in the ledger");
	const text = `# One SKU that everybody wants

Written by \`${given ? "MONGODB_URL=... " : ""}npm run bench -- --hot\` on ${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.version}, ${where}.
${callers} callers reserve one piece each of the same SKU, over and over; every reservation is durable before it is answered. Times in
milliseconds.

| how | reservations | a second | p50 | p99 | store commands each | the mailbox is so many times as fast |
| --- | --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join("\n")}

- The mailbox is the product service's own: its action, parameters checked, the event within the update, and the relay and the
  stock ledger running beside it. The others are the bare driver on a document with the same holds. The first of them keeps less: it
  publishes nothing and writes no ledger.
- After every round, of ${n(ROUND)} reservations or a second, exactly so many pieces must be held, or the run fails. They take turns.
- To reach: 10 times one conditional update each that keeps the same. ${n(against, 1)} times: ${against >= 10 ? "reached" : "missed"}.
`;
	console.log(text);
	const file = given ? "benchmarks-hot-server.md" : "benchmarks-hot.md";
	if (values.write) writeFileSync(join(import.meta.dirname, "..", "docs", file), text);
}
