import { inventoryLedger } from "../../schemas/product.ts";
import type { Command } from "../command.ts";
import { ask, print } from "../command.ts";

export default {
	command: "stock <sku>",
	description: "What there is of a SKU, and its last movements",
	async action(broker, { sku }) {
		const { stock, data } = await ask(
			broker,
			inventoryLedger,
			{ sku: sku ?? "", limit: 100 },
			`There is no SKU ${sku}`,
		);
		console.log(`${stock.sku}: ${stock.onHand} on hand, ${stock.reserved} reserved, ${stock.available} available`);
		print(
			["at", "kind", "on hand", "reserved", "reference"],
			data.slice(-20).map((m) => [m.at, m.kind, String(m.onHand), String(m.reserved), m.reference ?? "-"]),
		);
	},
} satisfies Command;
