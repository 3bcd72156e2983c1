import { sagaState } from "../../schemas/order.ts";
import type { Command } from "../command.ts";
import { ask, money, print } from "../command.ts";

export default {
	command: "order <id>",
	description: "One order, by its id or its number, and its saga, step by step",
	async action(broker, { id }) {
		const { order, state, steps, attempts, nextAttemptAt } = await ask(
			broker,
			sagaState,
			{ id: id ?? "" },
			`There is no order ${id}: orders lists them`,
		);
		console.log(
			`${order.number}  ${order.status}  ${money(order.totals.total)}  payment ${order.payment.status}  ${order.payment.id}`,
		);
		const tries = attempts > 0 ? `, ${attempts} ${attempts === 1 ? "try" : "tries"} of this step` : "";
		console.log(`${order.id}  saga: ${state}${tries}${nextAttemptAt ? `, next look ${nextAttemptAt}` : ""}`);
		print(
			["at", "step", "what"],
			steps.map(({ at, step, detail }) => [at ?? "-", step, detail]),
		);
	},
} satisfies Command;
