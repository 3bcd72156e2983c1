import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type BrokerOptions, ServiceBroker } from "moleculer";
import { brokerOptions, transporterOf } from "../broker.config.ts";
import { readSettings } from "../runtime/config.ts";

/**
 * Joins the running shop that this environment's settings name, as an operator.
 * @throws with a sentence that says what to set, or that no shop answers
 */
export async function join(options: Partial<BrokerOptions> = {}): Promise<ServiceBroker> {
	const settings = readSettings({ LOG_LEVEL: "error", ...process.env }, (path) => readFileSync(path, "utf8"));
	const broker = new ServiceBroker({
		...brokerOptions(settings, `operator.${randomBytes(2).toString("hex")}`, await transporterOf(settings, "operator")),
		...options,
	});
	await broker.start();
	await broker.waitForServices("operations", 5_000);
	return broker;
}
