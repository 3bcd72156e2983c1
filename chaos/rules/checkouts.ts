import type { OrderState } from "../../services/order/domain.ts";
import { at, FINAL, isPaid, push, type Rules } from "./rule.ts";

/** What a buyer with a good cart may be told. */
const REFUSALS: ReadonlySet<string> = new Set(["payment_declined", "out_of_stock"]);

/** Every checkout ends, and as its buyer was told. */
export const checkouts: Rules = {
	*"no overdue saga"({ orders }) {
		for (const { id, saga, nextAttemptAt, attempts } of orders)
			if (!FINAL.has(saga) || nextAttemptAt !== null)
				yield at(id, `is ${saga} after ${attempts} tries, the next at ${nextAttemptAt}`);
	},

	*"every buyer was told the truth, once"({ orders, purchases }) {
		const byId = new Map(orders.map((order) => [order.id, order]));
		const byCart = new Map<string, OrderState[]>();
		for (const order of orders) push(byCart, order.cartId, order);
		for (const { key, cartId, answer, tries, email, left } of purchases) {
			const own = byCart.get(cartId) ?? [];
			const paid = own.filter(isPaid);
			const ids = own.map(({ id }) => id).join(", ");
			if (own.length > 1) yield at(key, `made ${own.length} orders: ${ids}`);
			if (!answer && left) continue;
			if (!answer) yield at(key, `had no definite answer in ${tries} tries; its orders: ${ids || "none"}`);
			else if (answer.status < 300) {
				const order = byId.get(answer.orderId ?? "");
				if (!order) yield at(key, `was answered ${answer.status} with ${answer.orderId}, which does not exist`);
				else if (order.email !== email) yield at(key, `was answered with ${order.id} of ${order.email}`);
				else if (answer.status === 201 && !isPaid(order)) yield at(order.id, `was answered 201 but is ${order.saga}`);
			} else if (!REFUSALS.has(answer.code ?? ""))
				yield at(key, `was refused as ${answer.code} (${answer.status}); its orders: ${ids || "none"}`);
			else if (paid.length > 0) yield at(paid[0]!.id, `is paid, but its buyer was told ${answer.code}`);
		}
	},
};
