import { audited } from "../audited.ts";
import type { Command } from "../command.ts";
import { askOfLetter } from "../letters.ts";

export default {
	command: "drop <id>",
	description: "Gives a dead letter up: nobody handles its event",
	async action(broker, { id }) {
		const { event, service, consumer } = await askOfLetter(broker, "deadLetter", id);
		await audited(broker, { action: "gateway.dropDeadLetter", target: id ?? null }, () =>
			askOfLetter(broker, "drop", id),
		);
		console.log(`${event.name} of ${event.aggregate} will not be handled by ${service}.${consumer}`);
	},
} satisfies Command;
