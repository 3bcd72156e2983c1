import { type Caller, call } from "../../../runtime/action.ts";
import { consumer, type Delivery, isFirst } from "../../../runtime/events/consumer.ts";
import { fulfilmentRequested, orderConfirmed } from "../../../schemas/events.ts";
import { createShipment } from "../../../schemas/shipping.ts";
import type { OrderState } from "../domain.ts";
import { orders } from "../model.ts";
import { tokenHashOf } from "../token.ts";

/** Hands an order's parcels to shipping; one that it has already is left as it is. */
async function ship(event: Delivery<{ orderId: string }>, from: Caller): Promise<void> {
	const { orderId } = event.data;
	const order = await (isFirst(event) ? orders.recall(orderId) : orders.get(orderId));
	if (order.saga !== "confirmed" || !order.shippingAddress || !order.shippingRate) return;
	const { shippingAddress: address, shippingRate: rate, number: orderNumber, userId, email } = order;
	const tokenHash = tokenHashOf(orderId);
	for (const { id: reference, items } of order.fulfilments) {
		if (order.shipments.some((shipment) => shipment.items.length > 0 && sameParcel(shipment.items, items))) continue;
		await call(from, createShipment, {
			reference,
			orderId,
			orderNumber,
			userId,
			tokenHash,
			email,
			address,
			rate,
			items: contents(order, items),
		});
	}
}

type Items = OrderState["fulfilments"][number]["items"];

const sameParcel = (a: Items, b: Items) => JSON.stringify(a) === JSON.stringify(b);

function contents(order: OrderState, items: Items) {
	return items.map(({ itemId, quantity }) => {
		const line = order.items.find(({ id }) => id === itemId)!;
		return { itemId, title: line.title, quantity, grams: line.grams };
	});
}

export const shipConfirmed = consumer(orderConfirmed, "ship", ship);
export const shipFulfilment = consumer(fulfilmentRequested, "ship-fulfilment", ship);
