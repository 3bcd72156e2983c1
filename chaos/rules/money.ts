import type { Charge, Intent } from "../invariants.ts";
import { at, isPaid, push, type Rules } from "./rule.ts";

/** What was taken is what is owed, here and at the provider. */
export const money: Rules = {
	*"captured - refunded == total of the paid order"({ orders, payments }) {
		const byId = new Map(payments.map((payment) => [payment.id, payment]));
		for (const order of orders) {
			const payment = byId.get(order.payment.id);
			const kept = (payment?.captured ?? 0) - (payment?.refunded ?? 0);
			const refunds = order.refunds.filter(({ done }) => done).reduce((sum, { amount }) => sum + amount.amount, 0);
			const due = isPaid(order) ? (order.totals?.total.amount ?? 0) - refunds : 0;
			if (kept !== due)
				yield at(
					order.id,
					`is ${order.saga} and due ${due}, its payment ${order.payment.id} (${payment?.status}) keeps ${kept}`,
				);
		}
	},

	*"exactly one capture per paid order at the provider"({ orders, intents, charges }) {
		const captures = new Map<string, Charge[]>();
		for (const charge of charges) if (charge.captured) push(captures, charge.payment_intent, charge);
		const ofOrder = new Map<string, Intent[]>();
		for (const intent of intents) push(ofOrder, intent.metadata.order ?? "", intent);
		for (const order of orders) {
			const own = ofOrder.get(order.id) ?? [];
			const taken = own.flatMap(({ id }) => captures.get(id) ?? []);
			const amount = taken.reduce((sum, charge) => sum + charge.amount_captured - charge.amount_refunded, 0);
			const total = order.totals?.total.amount ?? 0;
			if (isPaid(order) && (taken.length !== 1 || amount !== total))
				yield at(order.id, `is paid with ${total}, the provider has ${taken.length} captures of ${amount} for it`);
			if (!isPaid(order) && amount !== 0) yield at(order.id, `is ${order.saga}, the provider keeps ${amount} for it`);
			for (const { id, status } of own)
				if (status === "requires_capture")
					yield at(order.id, `is ${order.saga}, and ${id} still holds the buyer's money`);
		}
	},

	*"no money without an order"({ orders, intents }) {
		const known = new Set(orders.map(({ id }) => id));
		for (const { id, status, metadata, amount_received } of intents)
			if (!known.has(metadata.order ?? "") && (status === "succeeded" || status === "requires_capture"))
				yield at(id, `is ${status} with ${amount_received} for ${metadata.order}, which does not exist`);
	},

	*"the ledger sums to zero"({ payments }) {
		for (const { id, ledger, captured, refunded } of payments) {
			const sum = ledger.reduce((total, { amount }) => total + amount, 0);
			const cash = ledger.filter(({ account }) => account !== "sales").reduce((total, { amount }) => total + amount, 0);
			if (sum !== 0) yield at(id, `has entries that sum to ${sum}`);
			if (cash !== captured - refunded)
				yield at(id, `has ${cash} in its ledger, captured ${captured}, refunded ${refunded}`);
			if (new Set(ledger.map((entry) => entry.id)).size !== ledger.length) yield at(id, "has an entry twice");
		}
	},
};
