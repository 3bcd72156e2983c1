import { reconcileOrders } from "../../schemas/order.ts";
import { audited } from "../audited.ts";
import type { Command } from "../command.ts";
import { ask, print } from "../command.ts";

interface Flags {
	repair?: boolean;
	hours?: string | number;
}

export default {
	command: "reconcile",
	description:
		"Orders, payments, providers and stock of the last hours held against each other; without --repair nothing changes",
	options: [
		{ option: "--repair", description: "Sets right what does not fit" },
		{ option: "--hours <hours>", description: "How far back to look, 24 unless told" },
	],
	async action(broker, args) {
		const { repair = false, hours } = (args.options ?? {}) as Flags;
		const look = () =>
			ask(broker, reconcileOrders, { repair, ...(hours === undefined ? {} : { hours: Number(hours) }) });
		const deed = { action: reconcileOrders.name, changes: { repair, hours: Number(hours ?? 24) } };
		const { findings, looked, blind } = await (repair ? audited(broker, deed, look) : look());
		const { orders, payments, provider, references } = looked;
		console.log(
			`${orders} orders, ${payments} payments, ${provider} at providers, ${references} holds and sales: ${findings.length === 0 ? "everything fits" : `${findings.length} do not fit`}`,
		);
		if (findings.length > 0)
			print(
				["what", "order", "payment", "detail", "repaired"],
				findings.map(({ kind, orderId, paymentId, detail, repaired, error }) => [
					kind,
					orderId ?? "-",
					paymentId ?? "-",
					detail,
					repaired === null ? "-" : repaired ? "yes" : (error ?? "only a person can"),
				]),
			);
		for (const what of blind) console.log(`could not look at ${what}`);
	},
} satisfies Command & { options: { option: string; description: string }[] };
