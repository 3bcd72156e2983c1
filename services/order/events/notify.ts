import { type Caller, call } from "../../../runtime/action.ts";
import { consumer } from "../../../runtime/events/consumer.ts";
import { publicUrl } from "../../../runtime/public-url.ts";
import { orderCancelled, orderConfirmed, orderFailed, orderRefunded } from "../../../schemas/events.ts";
import { type NotificationKind, notify } from "../../../schemas/notification.ts";
import type { OrderState } from "../domain.ts";
import { orders } from "../model.ts";
import { isErased } from "../ownership.ts";
import { orderTokenOf } from "../token.ts";

function tell(
	from: Caller,
	order: OrderState,
	kind: NotificationKind,
	data: Record<string, unknown>,
	reference = order.id,
): Promise<unknown> {
	// Whose data was erased is not written to.
	if (isErased(order)) return Promise.resolve();
	const { userId, email, number, shippingAddress } = order;
	return call(from, notify, {
		kind,
		reference,
		userId,
		email,
		phone: shippingAddress?.phone ?? null,
		data: { number, ...data },
	});
}

/** The page on which a buyer sees the order; the token opens it without an account. */
const orderUrl = (orderId: string): string => publicUrl(`/#/orders/${orderId}?token=${orderTokenOf(orderId)}`);

export const tellConfirmed = consumer(orderConfirmed, "notify-confirmed", async (event, from) => {
	const order = await orders.recall(event.data.orderId);
	const items = order.items.map(({ title, quantity, total }) => ({ title, quantity, total }));
	return tell(from, order, "order_confirmed", {
		total: order.totals?.total,
		totals: order.totals,
		items,
		orderUrl: orderUrl(order.id),
	});
});

export const tellCancelled = consumer(orderCancelled, "notify-cancelled", async (event, from) =>
	tell(from, await orders.get(event.data.orderId), "order_cancelled", {}),
);

export const tellRefunded = consumer(orderRefunded, "notify-refunded", async (event, from) => {
	const order = await orders.get(event.data.orderId);
	const amount = { amount: event.data.amount, currency: order.totals?.total.currency };
	return tell(from, order, "order_refunded", { amount }, event.data.refundId);
});

/** A card that is declined at once was seen by its buyer; one who was sent away to approve hears by mail. */
export const tellFailed = consumer(orderFailed, "notify-failed", async (event, from) => {
	const order = await orders.get(event.data.orderId);
	if (!order.timeline.some(({ type }) => type === "payment.requires_action")) return;
	await tell(from, order, "payment_failed", { reason: order.failure?.detail });
});
