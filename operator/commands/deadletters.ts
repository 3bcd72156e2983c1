import type { DeadLetter } from "../../runtime/events/consumer.ts";
import type { Command } from "../command.ts";
import { print } from "../command.ts";

export default {
	command: "deadletters",
	description: "Events that could not be handled",
	async action(broker) {
		const letters = (await broker.call("operations.deadLetters")) as DeadLetter[];
		if (letters.length === 0) {
			console.log("There are no dead letters");
			return;
		}
		print(
			["id", "at", "consumer", "event", "tries", "error"],
			letters.map((letter) => [
				letter.id,
				letter.at,
				`${letter.service}.${letter.consumer}`,
				letter.event.name,
				String(letter.attempts),
				letter.error.split("\n", 1)[0] ?? "",
			]),
		);
	},
} satisfies Command;
