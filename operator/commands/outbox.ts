import type { Command } from "../command.ts";
import { print } from "../command.ts";

interface Row {
	store: string;
	waiting: number;
	oldest: string | null;
}

export default {
	command: "outbox",
	description: "Events that wait in the outboxes, by store",
	async action(broker) {
		const nodes = broker.registry
			.getServiceList({ onlyAvailable: true })
			.filter(({ name }) => name === "operations")
			.map(({ nodeID }) => nodeID as string);
		const answers = await Promise.all(
			nodes.map((nodeID) => broker.call("operations.outbox", {}, { nodeID }) as Promise<Row[]>),
		);
		const rows = new Map(answers.flat().map((row) => [row.store, row]));
		const waiting = [...rows.values()].filter((row) => row.waiting > 0);
		if (waiting.length === 0) console.log(`Nothing waits in the outboxes of ${rows.size} stores`);
		else
			print(
				["store", "waiting", "oldest"],
				waiting.map((row) => [row.store, String(row.waiting), row.oldest ?? "-"]),
			);
	},
} satisfies Command;
