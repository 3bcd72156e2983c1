import { adminOrders } from "../../schemas/order.ts";
import type { Command } from "../command.ts";
import { ask, money, print } from "../command.ts";

export default {
	command: "orders [status]",
	description: "The youngest orders, of one status or of all",
	async action(broker, { status }) {
		const { data } = await ask(broker, adminOrders, {
			limit: 20,
			...(status ? { status: status as "confirmed" } : {}),
		});
		print(
			["number", "status", "total", "placed", "id"],
			data.map((order) => [order.number, order.status, money(order.totals.total), order.createdAt, order.id]),
		);
	},
} satisfies Command;
