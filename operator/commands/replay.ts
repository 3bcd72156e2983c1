import { audited } from "../audited.ts";
import type { Command } from "../command.ts";
import { askOfLetter } from "../letters.ts";

export default {
	command: "replay <id>",
	description: "Hands a dead letter to its consumer again; it is gone when that works",
	async action(broker, { id }) {
		const { event, service, consumer } = await audited(
			broker,
			{ action: "gateway.replayDeadLetter", target: id ?? null },
			() => askOfLetter(broker, "replay", id, 30_000),
		);
		console.log(`${event.name} was handled by ${service}.${consumer}`);
	},
} satisfies Command;
