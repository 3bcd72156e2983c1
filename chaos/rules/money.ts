import { at, isPaid, type Rules, refundsOf, sumOf } from "./rule.ts";

/** What was taken is what is owed, as the shop has it. */
export const money: Rules = {
	*"captured - refunded == what is due"({ orders, payments }) {
		const byId = new Map(payments.map((payment) => [payment.id, payment]));
		for (const order of orders) {
			const payment = byId.get(order.payment.id);
			const kept = (payment?.captured ?? 0) - (payment?.refunded ?? 0);
			const due = isPaid(order) ? (order.totals?.total.amount ?? 0) - sumOf(refundsOf(order)) : 0;
			if (kept !== due)
				yield at(
					order.id,
					`is ${order.saga} and due ${due}, its payment ${order.payment.id} (${payment?.status}) keeps ${kept}`,
				);
		}
	},

	*"an order says what became of its money"({ orders }) {
		for (const order of orders) {
			const { id, saga, status, totals, payment } = order;
			const returned = sumOf(refundsOf(order));
			const whole = returned >= (totals?.total.amount ?? 0);
			const expected = whole ? "refunded" : "partially_refunded";
			if (isPaid(order) && returned > 0 && (status !== expected || payment.status !== expected))
				yield at(id, `refunded ${returned} and says ${status}, its payment ${payment.status}`);
			if (isPaid(order) && returned === 0 && (status === "refunded" || status === "partially_refunded"))
				yield at(id, `refunded nothing and says ${status}`);
			const ended = saga === "cancelled" ? "cancelled" : saga === "failed" ? "payment_failed" : status;
			if (status !== ended) yield at(id, `is ${saga} and says ${status}`);
		}
	},

	*"the ledger sums to zero"({ payments }) {
		for (const { id, ledger, captured, refunded } of payments) {
			const sum = sumOf(ledger);
			const cash = sumOf(ledger.filter(({ account }) => account !== "sales"));
			if (sum !== 0) yield at(id, `has entries that sum to ${sum}`);
			if (cash !== captured - refunded)
				yield at(id, `has ${cash} in its ledger, captured ${captured}, refunded ${refunded}`);
			if (new Set(ledger.map((entry) => entry.id)).size !== ledger.length) yield at(id, "has an entry twice");
		}
	},
};
