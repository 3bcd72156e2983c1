import { sagaState } from "../../schemas/order.ts";
import type { Command } from "../command.ts";
import { ask, money, print } from "../command.ts";

export default {
	command: "order <id>",
	description: "One order and its saga, step by step",
	async action(broker, { id }) {
		const { order, state, steps, attempts, nextAttemptAt } = await ask(broker, sagaState, { id: id ?? "" });
		console.log(
			`${order.number}  ${order.status}  ${money(order.totals.total)}  payment ${order.payment.status}  ${order.payment.id}`,
		);
		console.log(`saga: ${state}, ${attempts} tries of this step${nextAttemptAt ? `, next look ${nextAttemptAt}` : ""}`);
		print(
			["at", "step", "what"],
			steps.map(({ at, step, detail }) => [at ?? "-", step, detail]),
		);
	},
} satisfies Command;
