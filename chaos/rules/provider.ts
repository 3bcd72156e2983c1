import type { Payment } from "../../services/payment/domain.ts";
import { grouped } from "../grouped.ts";
import type { Deal } from "../tills.ts";
import { at, type Rules, refundsOf, sumOf, wasPaid } from "./rule.ts";

const dealsByPayment = (deals: readonly Deal[]) => grouped(deals, ({ payment }) => payment);

/** What went back, or is on its way back. */
const outOf = ({ refunds = [] }: Payment) =>
	refunds.filter(({ status }) => status === "succeeded" || status === "pending");

const told = (refunds: readonly { id: string; amount: number }[]) =>
	refunds
		.map(({ id, amount }) => `${id} ${amount}`)
		.sort()
		.join(", ") || "nothing";

/** The providers hold what the shop says, and did each thing once. */
export const provider: Rules = {
	*"exactly one capture per paid order at the provider"({ orders, deals }) {
		const dealsOf = dealsByPayment(deals);
		for (const order of orders) {
			const own = dealsOf(order.payment.id);
			const captures = own.flatMap((deal) => deal.captures);
			const taken = captures.reduce((sum, amount) => sum + amount, 0);
			const total = order.totals?.total.amount ?? 0;
			if (wasPaid(order) && (captures.length !== 1 || taken !== total))
				yield at(order.id, `was paid with ${total}, the provider has ${captures.length} captures of ${taken} for it`);
			const left = taken - sumOf(own.flatMap(({ refunds }) => refunds));
			if (!wasPaid(order) && left !== 0) yield at(order.id, `is ${order.saga}, the provider keeps ${left} for it`);
			for (const { id, held } of own)
				if (held !== 0) yield at(order.id, `is ${order.saga}, and ${id} still holds ${held} of the buyer's money`);
			for (const { id, provider } of own)
				if (provider !== order.payment.provider)
					yield at(order.id, `is to be paid by ${order.payment.provider}, and ${id} is at ${provider}`);
		}
	},

	*"what went back went back once at the provider"({ orders, payments, deals }) {
		const dealsOf = dealsByPayment(deals);
		const byId = new Map(payments.map((payment) => [payment.id, payment]));
		for (const payment of payments) {
			const there = told(dealsOf(payment.id).flatMap(({ refunds }) => refunds));
			const here = told(outOf(payment));
			if (here !== there) yield at(payment.id, `refunded ${here}, the provider ${there}`);
		}
		for (const order of orders) {
			const payment = byId.get(order.payment.id);
			if (!payment) continue;
			const known = refundsOf(order);
			const others = outOf(payment).filter(({ id }) => !known.some((one) => one.id === id));
			const rest = order.saga === "cancelled" ? (order.totals?.total.amount ?? 0) - sumOf(known) : 0;
			if (order.saga === "confirmed" && others.length > 0)
				yield at(order.id, `is confirmed and does not know of the refund ${told(others)}`);
			if (order.saga === "cancelled" && wasPaid(order) && (others.length !== 1 || sumOf(others) !== rest))
				yield at(order.id, `is cancelled and owes ${rest}, its payment refunded ${told(others)}`);
		}
	},

	*"no money without an order"({ orders, deals }) {
		const known = new Set(orders.map(({ payment }) => payment.id));
		for (const { id, payment, held, captures } of deals)
			if (!known.has(payment) && (held !== 0 || captures.length > 0))
				yield at(id, `has ${held} held and ${captures.join(" + ") || 0} taken for ${payment}, which no order knows`);
	},
};
