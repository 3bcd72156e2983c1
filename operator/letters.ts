import type { ServiceBroker } from "moleculer";
import { codeOf } from "../runtime/errors.ts";
import type { DeadLetter } from "../runtime/events/letter.ts";
import { OPERATIONS } from "../runtime/operations.ts";

/** The node to ask of dead letters, as call options: a gateway, which alone may empty their stream, or any where there is none. */
export function keeper(broker: ServiceBroker): { nodeID?: string } {
	const found = broker.registry.getServiceList({ onlyAvailable: true }).find(({ name }) => name === "gateway");
	return found ? { nodeID: found.nodeID as string } : {};
}

/** Asks about one dead letter. @throws with a sentence for one that is not there */
export async function askOfLetter(
	broker: ServiceBroker,
	verb: "deadLetter" | "replay" | "drop",
	id: string | undefined,
	timeout = 5_000,
): Promise<DeadLetter> {
	try {
		return (await broker.call(`${OPERATIONS}.${verb}`, { id: id ?? "" }, { timeout, ...keeper(broker) })) as DeadLetter;
	} catch (error) {
		if (codeOf(error) !== "not_found") throw error;
		throw new Error(`There is no dead letter ${id}: deadletters lists them`, { cause: error });
	}
}

export const firstLine = (text: string) => text.split("\n", 1)[0] ?? "";
