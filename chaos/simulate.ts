import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { guards, takeOut } from "../runtime/guard.ts";
import { simulate } from "./simulation/run.ts";

/** Seeds `from`, `from + step`, ... below `to`; without one guard, if it is named. */
interface Search {
	from: number;
	to: number;
	step: number;
	without: string | null;
}

interface Found {
	seed: number;
	violation: string;
}

type Report = { done: number } | { found: Found | null };

if (isMainThread) await main();
else parentPort?.postMessage({ found: await search(workerData as Search) } satisfies Report);

async function search({ from, to, step, without }: Search): Promise<Found | null> {
	if (without) takeOut(without);
	for (let seed = from; seed < to; seed += step) {
		const { violations } = await simulate(seed);
		if (violations.length > 0) return { seed, violation: violations.join("; ") };
		parentPort?.postMessage({ done: 1 } satisfies Report);
	}
	return null;
}

/** Searches on all cores. @returns the lowest seed with a violation among those that were tried, or null */
async function everywhere(from: number, count: number, without: string | null): Promise<Found | null> {
	const step = availableParallelism();
	let done = 0;
	const threads: Worker[] = [];
	const one = (n: number) =>
		new Promise<Found | null>((resolve, reject) => {
			const workerData: Search = { from: from + n, to: from + count, step, without };
			const thread = new Worker(new URL(import.meta.url), { workerData });
			threads.push(thread);
			thread.on("error", reject);
			thread.on("message", (report: Report) => {
				if ("found" in report) {
					if (report.found) for (const other of threads) if (other !== thread) void other.terminate();
					resolve(report.found);
				} else if (++done % 50 === 0 && process.stderr.isTTY)
					process.stderr.write(`\r${without ? `${without}: ` : ""}${done} of ${count} seeds `);
			});
			thread.on("exit", () => resolve(null));
		});
	const found = (await Promise.all(Array.from({ length: step }, (_, n) => one(n)))).filter((entry) => entry !== null);
	return found.sort((a, b) => a.seed - b.seed)[0] ?? null;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			seeds: { type: "string", default: "2000" },
			from: { type: "string", default: "1" },
			mutate: { type: "boolean", default: false },
			trace: { type: "boolean", default: false },
		},
	});
	const [from, count] = [Number(values.from), Number(values.seeds)];
	if (values.trace) {
		const { trace, violations } = await simulate(from);
		console.log([...trace, ...violations].join("\n"));
		process.exit(violations.length > 0 ? 1 : 0);
	}
	if (values.mutate) process.exit((await mutate(from, count)) ? 0 : 1);
	const began = performance.now();
	const found = await everywhere(from, count, null);
	const seconds = ((performance.now() - began) / 1_000).toFixed(1);
	console.log(found ? `seed ${found.seed}: ${found.violation}` : `${count} seeds in ${seconds} s: no violation`);
	if (found) console.log(`npm run simulate -- --from ${found.seed} --trace shows it step by step`);
	process.exit(found ? 1 : 0);
}

/** Takes every guard out, one at a time. @returns whether each was missed */
async function mutate(from: number, count: number): Promise<boolean> {
	let all = true;
	for (const name of guards()) {
		const found = await everywhere(from, count, name);
		console.log(found ? `caught by seed ${found.seed}: ${name}\n  ${found.violation}` : `NOT caught: ${name}`);
		all &&= found !== null;
	}
	return all;
}
