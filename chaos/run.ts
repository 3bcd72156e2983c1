/**
 * The fault runner: the shop on real processes, ended and obstructed in every way, and checked after each.
 * `npm run chaos [-- --short] [--only NAME [--times N]] [--keep] [--list] [--tap] [--write]`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Cluster } from "./cluster.ts";
import type { Fault } from "./fault.ts";
import { boundaries } from "./faults/boundaries.ts";
import { kills } from "./faults/kills.ts";
import { providers } from "./faults/providers.ts";
import { servers } from "./faults/servers.ts";
import { Judge } from "./judge.ts";
import { lineOf, type Row, report, tableHead, tapOf } from "./report.ts";
import { stageOf } from "./stage.ts";

const { values } = parseArgs({
	options: {
		/** A selection that takes five minutes. */
		short: { type: "boolean", default: false },
		/** Faults whose name has this in it, and as often as the whole run has them. */
		only: { type: "string" },
		/** How often each fault happens. */
		times: { type: "string" },
		/** Leaves the data and the logs behind. */
		keep: { type: "boolean", default: false },
		list: { type: "boolean", default: false },
		/** For continuous integration: each fault is a test of TAP. */
		tap: { type: "boolean", default: false },
		/** Writes docs/faults.md, as a run of all faults does anyway. */
		write: { type: "boolean", default: false },
	},
});

const FAULTS: Fault[] = [...boundaries, ...kills, ...providers, ...servers];
const times = ({ short, whole }: Fault) => Number(values.times ?? (values.short ? short : whole));
const chosen = FAULTS.filter((fault) => times(fault) > 0 && (!values.only || fault.name.includes(values.only)));

if (values.list || chosen.length === 0) {
	console.log(FAULTS.map(({ name, short, whole }) => `${name} (${short} short, ${whole} in the whole)`).join("\n"));
	process.exit(values.list ? 0 : 2);
}

function told(row: Row): void {
	rows.push(row);
	console.log(values.tap ? tapOf(row, rows.length) : lineOf(row));
	for (const { rule, subject, detail } of row.violations)
		console.log(`${values.tap ? "# " : ""}VIOLATION  ${rule}: ${subject} ${detail}`);
}

const began = performance.now();
const folder = mkdtempSync(join(tmpdir(), "tradewind-chaos-"));
const rows: Row[] = [];
let code = 1;
let cluster: Cluster | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const)
	process.once(signal, () => void cluster?.stop().finally(() => process.exit(130)));
try {
	cluster = await Cluster.start(folder);
	const stage = await stageOf(cluster);
	const judge = new Judge(stage);
	if (!values.tap) console.log(tableHead());
	for (const fault of chosen) {
		const row = await judge.after(fault, times(fault));
		told(row);
	}
	told(await judge.ending());
	await stage.witness.close();
	const violations = rows.reduce((sum, row) => sum + row.violations.length, 0);
	const seconds = (performance.now() - began) / 1_000;
	if (values.write || !(values.short || values.only)) report(rows, { seconds, short: values.short });
	console.log(
		`${values.tap ? `1..${rows.length}\n# ` : ""}${rows.length - 1} faults, ${judge.orders} orders, ${violations} violations, ${seconds.toFixed(0)} s`,
	);
	code = violations === 0 ? 0 : 1;
} catch (error) {
	console.error(error);
} finally {
	await cluster?.stop();
	if (values.keep || code !== 0) console.log(`${values.tap ? "# " : ""}The data and the nodes' log are in ${folder}`);
	else rmSync(folder, { recursive: true, force: true });
}
process.exit(code);
