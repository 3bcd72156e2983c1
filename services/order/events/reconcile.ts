import { consumer } from "../../../runtime/events/consumer.ts";
import { paymentChanged } from "../../../schemas/events.ts";
import { orders } from "../model.ts";
import { judge } from "../reconcile/judge.ts";
import { tell } from "../reconcile/reconcile.ts";
import { isSettled } from "../reconcile/rules.ts";

/** The provider said something of an order that was done with, however old: it is looked at now, not when its turn comes. */
export default consumer(paymentChanged, "reconcile", async ({ data: { orderId } }, from) => {
	const order = await orders.find(orderId);
	if (order && isSettled(order)) tell({ findings: await judge(from, { orderId }, true), blind: [] });
});
