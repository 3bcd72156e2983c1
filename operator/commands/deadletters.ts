import type { LetterPage } from "../../runtime/events/letter.ts";
import type { Command } from "../command.ts";
import { print } from "../command.ts";
import { firstLine, keeper } from "../letters.ts";

const ROWS = 50;

export default {
	command: "deadletters [service] [after]",
	description: "Events that could not be handled, the oldest first, 50 at a time",
	async action(broker, { service, after }) {
		const every = service === undefined || service === "all";
		const page = { limit: ROWS, after, ...(every ? {} : { service }) };
		const { letters, next } = (await broker.call("operations.deadLetters", page, keeper(broker))) as LetterPage;
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
				firstLine(letter.error),
			]),
		);
		if (next !== null) console.log(`There are more: deadletters ${service ?? "all"} ${next}`);
	},
} satisfies Command;
