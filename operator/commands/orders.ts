import { adminOrders, OrderStatus } from "../../schemas/order.ts";
import type { Command } from "../command.ts";
import { ask, money, print } from "../command.ts";

const STATUSES: readonly string[] = OrderStatus.enum;
const isStatus = (name: string): name is OrderStatus => STATUSES.includes(name);

export default {
	command: "orders [status]",
	description: "The youngest orders, of one status or of all",
	async action(broker, { status }) {
		if (status !== undefined && !isStatus(status)) {
			console.log(`There is no status ${status}; there are ${STATUSES.join(", ")}`);
			return;
		}
		const { data } = await ask(broker, adminOrders, { limit: 20, ...(status ? { status } : {}) });
		print(
			["number", "status", "total", "placed", "id"],
			data.map((order) => [order.number, order.status, money(order.totals.total), order.createdAt, order.id]),
		);
	},
} satisfies Command;
