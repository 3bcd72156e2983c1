import { parseArgs } from "node:util";
import { guards, takeOut } from "../runtime/guard.ts";
import { simulate } from "./simulation/run.ts";

const { values } = parseArgs({
	options: {
		seeds: { type: "string", default: "2000" },
		from: { type: "string", default: "1" },
		mutate: { type: "boolean", default: false },
		trace: { type: "boolean", default: false },
	},
});
const count = Number(values.seeds);
const from = Number(values.from);

/** @returns the first seed with a violation, or null */
async function search(
	seeds: number,
	tell: (done: number) => void,
): Promise<{ seed: number; violation: string } | null> {
	for (let seed = from; seed < from + seeds; seed++) {
		const { violations, trace } = await simulate(seed);
		if ((seed - from) % 100 === 99) tell(seed - from + 1);
		if (values.trace) console.log(trace.join("\n"));
		if (violations.length > 0) return { seed, violation: violations.join("; ") };
	}
	return null;
}

const line = (text: string) => process.stderr.isTTY && process.stderr.write(`\r${text}`);
let failed = false;
if (values.mutate) {
	for (const name of guards()) {
		const restore = takeOut(name);
		const found = await search(count, (done) => line(`${name}: ${done} seeds`));
		restore();
		console.log(
			found ? `caught by seed ${found.seed}: ${name} (${found.violation.slice(0, 160)})` : `NOT caught: ${name}`,
		);
		failed ||= found === null;
	}
} else {
	const began = process.hrtime.bigint();
	const found = await search(count, (done) => line(`${done} of ${count} seeds`));
	const seconds = Number((process.hrtime.bigint() - began) / 1_000_000n) / 1_000;
	console.log(
		found ? `seed ${found.seed}: ${found.violation}` : `${count} seeds in ${seconds.toFixed(1)} s: no violation`,
	);
	failed = found !== null;
}
process.exit(failed ? 1 : 0);
