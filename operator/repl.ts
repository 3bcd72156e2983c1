import type { Command } from "./command.ts";
import audit from "./commands/audit.ts";
import deadletter from "./commands/deadletter.ts";
import deadletters from "./commands/deadletters.ts";
import drop from "./commands/drop.ts";
import keys from "./commands/keys.ts";
import order from "./commands/order.ts";
import orders from "./commands/orders.ts";
import outbox from "./commands/outbox.ts";
import reconcile from "./commands/reconcile.ts";
import replay from "./commands/replay.ts";
import stock from "./commands/stock.ts";
import { join } from "./join.ts";

const commands: Command[] = [
	orders,
	order,
	stock,
	deadletters,
	deadletter,
	replay,
	drop,
	outbox,
	reconcile,
	audit,
	keys,
];

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
	const replOptions = { delimiter: "tradewind $", customCommands: commands.map(told) } as never;
	const broker = await join({ replOptions });
	const shop = broker.registry.getServiceList({ onlyAvailable: true }).find(({ name }) => name === "operations");
	console.log(`Joined ${shop?.nodeID}. help lists the commands; Ctrl-D leaves, and the shop goes on.`);
	broker.repl();
} catch (error) {
	console.error((error as Error).message);
	process.exit(1);
}
