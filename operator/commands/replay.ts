import type { DeadLetter } from "../../runtime/events/consumer.ts";
import type { Command } from "../command.ts";

export default {
	command: "replay <id>",
	description: "Hands a dead letter to its consumer again; it is gone when that works",
	async action(broker, { id }) {
		const letters = (await broker.call("operations.deadLetters")) as DeadLetter[];
		const letter = letters.find((one) => one.id === id);
		if (!letter) {
			console.log(`There is no dead letter ${id}: deadletters lists them`);
			return;
		}
		// The consumer lives on the nodes that run its service.
		const node = broker.registry.getServiceList({ onlyAvailable: true }).find(({ name }) => name === letter.service);
		await broker.call("operations.replay", { id: letter.id }, { nodeID: node?.nodeID });
		console.log(`${letter.event.name} was handled by ${letter.service}.${letter.consumer}`);
	},
} satisfies Command;
