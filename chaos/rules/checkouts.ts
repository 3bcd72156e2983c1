import type { OrderState } from "../../services/order/domain.ts";
import type { Purchase } from "../buyers/purchase.ts";
import { grouped } from "../grouped.ts";
import { at, FINAL, type Finding, isWaiting, type Rules, wasPaid } from "./rule.ts";

/** Every checkout ends, and as its buyer was told. */
export const checkouts: Rules = {
	*"no overdue saga"({ orders, at: now }) {
		for (const order of orders) {
			const { id, saga, nextAttemptAt, attempts, expiresAt } = order;
			if (isWaiting(order, now) || (FINAL.has(saga) && nextAttemptAt === null)) continue;
			if (saga === "awaiting_buyer") yield at(id, `waits for its buyer at ${now}, whose time was over at ${expiresAt}`);
			else yield at(id, `is ${saga} after ${attempts} tries, the next at ${nextAttemptAt}`);
		}
	},

	*"who waits for a buyer has the goods and no money"({ orders, variants, payments, purchases, at: now }) {
		const back = new Set(purchases.filter(hasDecided).map(({ cartId }) => cartId));
		const held = new Set(variants.flatMap(({ sku, holds }) => holds.map(({ reference }) => `${reference} ${sku}`)));
		const paymentOf = new Map(payments.map((payment) => [payment.id, payment]));
		for (const order of orders) {
			if (!isWaiting(order, now)) continue;
			const { id, items, status, cartId, payment } = order;
			if (status !== "requires_action") yield at(id, `waits for its buyer, and says ${status}`);
			if (back.has(cartId)) yield at(id, "waits for its buyer, who has decided");
			const missing = items.filter(({ sku }) => !held.has(`${id} ${sku}`)).map(({ sku }) => sku);
			if (missing.length > 0) yield at(id, `waits for its buyer, and ${missing.join(", ")} is not held`);
			const known = paymentOf.get(payment.id)?.status;
			if (known !== "requires_action") yield at(id, `waits for its buyer, and its payment is ${known}`);
		}
	},

	*"every buyer was told the truth, once"({ orders, purchases }) {
		const byId = new Map(orders.map((order) => [order.id, order]));
		const ofCart = grouped(orders, (order) => order.cartId);
		for (const purchase of purchases) {
			const { key, cartId, answer, tries, left } = purchase;
			const own = ofCart(cartId);
			const ids = own.map(({ id }) => id).join(", ");
			if (own.length > 1) yield at(key, `made ${own.length} orders: ${ids}`);
			if (!answer && left) continue;
			if (!answer) yield at(key, `had no definite answer in ${tries} tries; its orders: ${ids || "none"}`);
			else if (answer.status < 300) yield* ordered(purchase, answer, byId.get(answer.orderId ?? ""));
			else yield* refused(purchase, answer, own, ids);
		}
	},
};

/** Whether the provider knows what the buyer wants. */
const hasDecided = ({ means, visit, answer }: Purchase) =>
	answer !== null && (means === "challenged" || means === "paypal") && visit !== "walks away";

function* ordered(
	purchase: Purchase,
	answer: NonNullable<Purchase["answer"]>,
	order: OrderState | undefined,
): Generator<Finding> {
	const { key, email, visit, outcome, means } = purchase;
	if (!order) return yield at(key, `was answered ${answer.status} with ${answer.orderId}, which does not exist`);
	if (order.email !== email) yield at(key, `was answered with ${order.id} of ${order.email}`);
	if (answer.status === 201 && answer.orderStatus === "confirmed" && !wasPaid(order))
		yield at(order.id, `was answered 201 and confirmed, but is ${order.saga}`);
	if (outcome === "confirmed" && !wasPaid(order)) yield at(order.id, `was told to be confirmed, but is ${order.saga}`);
	if (outcome === "payment_failed" && order.saga !== "failed")
		yield at(order.id, `was told to have failed, but is ${order.saga}`);
	if (outcome === null) yield at(order.id, `is ${order.saga}, and its buyer never heard what became of it`);
	if (outcome === "payment_failed" && visit !== "refuses" && means !== "declined")
		yield at(order.id, `failed (${order.failure?.code}) although its buyer paid`);
	if (outcome === "confirmed" && visit === "refuses") yield at(order.id, "was paid although its buyer refused");
}

function* refused(
	{ key, means }: Purchase,
	{ status, code }: NonNullable<Purchase["answer"]>,
	own: OrderState[],
	ids: string,
): Generator<Finding> {
	const mayBe = code === "out_of_stock" || (code === "payment_declined" && means === "declined");
	if (!mayBe) yield at(key, `was refused as ${code} (${status}) with ${means}; its orders: ${ids || "none"}`);
	for (const order of own) if (wasPaid(order)) yield at(order.id, `is paid, but its buyer was told ${code}`);
}
