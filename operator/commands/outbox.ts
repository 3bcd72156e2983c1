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
		print(
			["store", "waiting", "oldest"],
			[...rows.values()].map((row) => [row.store, String(row.waiting), row.oldest ?? "-"]),
		);
	},
} satisfies Command;
