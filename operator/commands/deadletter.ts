import type { Command } from "../command.ts";
import { print } from "../command.ts";
import { askOfLetter, firstLine } from "../letters.ts";

export default {
	command: "deadletter <id>",
	description: "One event that could not be handled: what it says, and every attempt that is known",
	async action(broker, { id }) {
		const { service, consumer, event, attempts, history, error, stack } = await askOfLetter(broker, "deadLetter", id);
		console.log(
			`${event.name} of ${event.aggregate} at ${event.at}, for ${service}.${consumer}, tried ${attempts} times`,
		);
		console.log(JSON.stringify(event.data));
		print(
			["attempt", "at", "error"],
			history.map((one) => [String(one.attempt), one.at, firstLine(one.error)]),
		);
		console.log(stack ?? error);
	},
} satisfies Command;
