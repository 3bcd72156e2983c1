import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { RULES } from "./invariants.ts";
import type { Violation } from "./rules/rule.ts";

/** What one fault led to. Times in milliseconds, unless they are seconds. */
export interface Row {
	fault: string;
	times: number;
	orders: number;
	violations: Violation[];
	/** Until all orders were final and the outboxes empty, from when everything was back; null when they never were. */
	recovered: number | null;
	/** Until the last buyer had a definite answer. */
	answered: number;
	seconds: number;
	/** Mails that came again under their Message-ID, so far. */
	mailsRepeated: number;
}

/** What the promise says: every order is final so many milliseconds after the restart. */
const FLOOR = 10_000;
const FILE = join(import.meta.dirname, "..", "docs", "faults.md");

const WIDTHS = [58, 5, 6, 10, 9, 8];
const COLUMNS = ["fault", "times", "orders", "violations", "recovered", "answered"];

const padded = (cells: string[]) =>
	cells.map((cell, n) => (n === 0 ? cell.padEnd(WIDTHS[n]!) : cell.padStart(WIDTHS[n]!))).join("  ");

export const tableHead = (): string => padded(COLUMNS);

const cellsOf = ({ fault, times, orders, violations, recovered, answered }: Row) => [
	fault,
	String(times),
	String(orders),
	String(violations.length),
	recovered === null ? "never" : `${(recovered / 1_000).toFixed(1)} s`,
	`${(answered / 1_000).toFixed(1)} s`,
];

export const lineOf = (row: Row): string => padded(cellsOf(row));

export const tapOf = ({ fault, violations, recovered }: Row, number: number): string =>
	`${violations.length > 0 ? "not ok" : "ok"} ${number} - ${fault}: ${recovered === null ? "not recovered" : `recovered in ${(recovered / 1_000).toFixed(1)} s`}`;

/** Writes docs/faults.md. */
export function report(rows: Row[], { seconds, short }: { seconds: number; short: boolean }): void {
	const found = rows.flatMap(({ violations }) => violations);
	const late = rows.slice(0, -1).filter(({ recovered }) => recovered === null || recovered > FLOOR);
	const orders = rows.at(-1)!.orders;
	const text = `# Faults

Written by \`npm run chaos${short ? " -- --short" : ""}\`: ${rows.length - 1} faults, ${orders} orders, ${found.length} violations, in ${(seconds / 60).toFixed(1)} minutes on ${availableParallelism()} cores.
Each service ran in a process of its own, on a nats-server with JetStream (synced) and the embedded MongoDB in one of its own, with
what stands in for Stripe, PayPal, EasyPost and mail. Buyers order over REST and repeat what got no definite answer with the same
Idempotency-Key. They pay with cards, with cards that ask for 3-D Secure and with PayPal; some refuse on the provider's page, some
approve and never come back, some walk away without a word. Some cancel, some are refunded by staff: a part, the whole, two parts
at once, or a part while the order is being cancelled.

*recovered*: from when everything was back until every order was final and what had waited in the outboxes was gone; the floor is ${FLOOR / 1_000} s
and ${late.length === 0 ? "every fault kept it" : `${late.length} of ${rows.length - 1} faults did not keep it`}.
*answered*: until the last buyer had a definite answer.

| ${COLUMNS.join(" | ")} |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.map((row) => `| ${cellsOf(row).join(" | ")} |`).join("\n")}

## Checked after every fault

${[...RULES, "same key, same answer", "services live"].map((rule) => `- ${rule}`).join("\n")}

In the end, too: each confirmed order has one parcel with its label and knows of it, no other order has one that is on its way, every
buyer was written to of what happened, goods of an undone order are back once, and the ledger of every SKU has all its movements and
sums to what is there.

An order whose buyer walks away waits for ten minutes, as long as its stock is held. Until then it is checked that it has its goods
and none of the buyer's money; after it, as a longer run sees, that it has ended.

Mails that came a second time under the same Message-ID, which mailboxes show once: ${rows.at(-1)!.mailsRepeated}. A mail server has no
idempotency key: when a process ends between the server's answer and its own note of it, it cannot know.
${found.length > 0 ? `\n## Violations\n\n${found.map(({ rule, subject, detail }) => `- ${rule}: ${subject} ${detail}`).join("\n")}\n` : ""}`;
	writeFileSync(FILE, text);
}
