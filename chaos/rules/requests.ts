import type { OrderState } from "../../services/order/domain.ts";
import type { Purchase, Request } from "../buyers/purchase.ts";
import { at, type Finding, type Rules, refundsOf, sumOf } from "./rule.ts";

/** What a cancelled order refuses a refund with, and a refunded one a cancellation. */
const LATE: ReadonlySet<string> = new Set(["transition_not_allowed", "refund_exceeds_payment"]);

/** What was asked for after the order is so, once, if and only if it was answered so. */
export const requests: Rules = {
	*"who cancelled or refunded was told the truth"({ orders, purchases }) {
		const byId = new Map(orders.map((order) => [order.id, order]));
		for (const purchase of purchases) {
			const order = byId.get(purchase.answer?.orderId ?? "");
			if (!order) continue;
			for (const request of purchase.requests) {
				const { what, answer, tries } = request;
				if (!answer)
					yield at(order.id, `had no definite answer to its ${what} in ${tries} tries, and is ${order.saga}`);
				else yield* CHECKS[what](order, request, answer, purchase);
			}
		}
	},

	*"nothing is cancelled or refunded that nobody asked for"({ orders, purchases }) {
		const asked = new Map(purchases.map((purchase) => [purchase.answer?.orderId, purchase.requests]));
		for (const order of orders) {
			const own = asked.get(order.id) ?? [];
			const returned = sumOf(refundsOf(order));
			const granted = sumOf(own.filter(({ what, answer }) => what === "refund" && answer?.status === 201));
			if (returned !== granted) yield at(order.id, `says that ${returned} went back, ${granted} were asked for`);
			if (order.saga === "cancelled" && !own.some(({ what }) => what === "cancel"))
				yield at(order.id, "is cancelled, and nobody asked for it");
		}
	},
};

type Check = (
	order: OrderState,
	request: Request,
	answer: NonNullable<Request["answer"]>,
	purchase: Purchase,
) => Generator<Finding>;

const CHECKS: Record<Request["what"], Check> = {
	*resume(order, _request, { status, code }, { visit }) {
		if (status >= 300 && !(code === "payment_declined" && visit === "refuses"))
			yield at(order.id, `could not be gone on with: ${code} (${status})`);
	},

	*cancel(order, _request, { status, code, orderStatus }, { wish }) {
		if (status === 200) {
			if (orderStatus !== "cancelled")
				yield at(order.id, `was answered 200 to its cancellation, and is ${orderStatus}`);
			if (order.saga !== "cancelled") yield at(order.id, `was told to be cancelled, but is ${order.saga}`);
			return;
		}
		if (order.saga === "cancelled") yield at(order.id, `is cancelled, but its buyer was told ${code} (${status})`);
		if (!LATE.has(code ?? "") || wish !== "refund and cancel")
			yield at(order.id, `could not be cancelled: ${code} (${status})`);
	},

	*refund(order, { amount }, { status, code, body }) {
		if (status === 201) {
			const told = (JSON.parse(body).refunds ?? []) as { id: string; amount: { amount: number } }[];
			const known = refundsOf(order);
			const so = told.some((one) => one.amount.amount === amount && known.some(({ id }) => id === one.id));
			if (!so) yield at(order.id, `was answered 201 to a refund of ${amount}, which it does not have`);
		} else if (!LATE.has(code ?? "") || order.saga !== "cancelled")
			yield at(order.id, `is ${order.saga}, and ${amount} could not be refunded: ${code} (${status})`);
	},
};
