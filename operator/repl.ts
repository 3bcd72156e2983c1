import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { ServiceBroker } from "moleculer";
import { brokerOptions, transporterOf } from "../broker.config.ts";
import { readSettings } from "../runtime/config.ts";
import type { Command } from "./command.ts";
import audit from "./commands/audit.ts";
import deadletter from "./commands/deadletter.ts";
import deadletters from "./commands/deadletters.ts";
import drop from "./commands/drop.ts";
import order from "./commands/order.ts";
import orders from "./commands/orders.ts";
import outbox from "./commands/outbox.ts";
import reconcile from "./commands/reconcile.ts";
import replay from "./commands/replay.ts";
import stock from "./commands/stock.ts";

const commands: Command[] = [orders, order, stock, deadletters, deadletter, replay, drop, outbox, reconcile, audit];

const GONE = ["ServiceNotFoundError", "ServiceNotAvailableError"];

/** Errors are told in a sentence; an operator has no use for our stack. */
const told = (command: Command): Command => ({
	...command,
	async action(broker, args) {
		try {
			await command.action(broker, args ?? {});
		} catch (error) {
			const { name, message } = error as Error;
			console.log(GONE.includes(name) ? `${message} If the shop was started again, leave and join again.` : message);
		}
	},
});

try {
	const settings = readSettings({ LOG_LEVEL: "error", ...process.env }, (path) => readFileSync(path, "utf8"));
	const broker = new ServiceBroker({
		...brokerOptions(settings, `operator.${randomBytes(2).toString("hex")}`, await transporterOf(settings, "operator")),
		replOptions: { delimiter: "tradewind $", customCommands: commands.map(told) } as never,
	});
	await broker.start();
	await broker.waitForServices("operations", 5_000);
	const shop = broker.registry.getServiceList({ onlyAvailable: true }).find(({ name }) => name === "operations");
	console.log(`Joined ${shop?.nodeID}. help lists the commands; Ctrl-D leaves, and the shop goes on.`);
	broker.repl();
} catch (error) {
	console.error((error as Error).message);
	process.exit(1);
}
