import { setting } from "../../runtime/config.ts";
import type { Order } from "../../schemas/order.ts";
import type { OrderState } from "./domain.ts";

/** An order as its buyer sees it. */
export function present(state: OrderState): Order {
	const none = { amount: 0, currency: setting("CURRENCY") };
	return {
		id: state.id,
		number: state.number,
		status: state.status,
		email: state.email,
		items: state.items.map(({ id, variantId, productId, sku, title, quantity, unitPrice, total }) => ({
			id,
			variantId,
			productId,
			sku,
			title,
			quantity,
			unitPrice,
			total,
		})),
		totals: state.totals ?? { subtotal: none, discount: none, shipping: none, tax: none, total: none },
		shippingAddress: state.shippingAddress,
		shippingRate: state.shippingRate,
		payment: {
			id: state.payment.id,
			provider: state.payment.provider,
			status: state.payment.status,
			nextAction: state.payment.nextAction,
		},
		shipments: state.shipments.map(({ orderId: _order, version: _version, ...shipment }) => shipment),
		timeline: state.timeline,
		refunds: state.refunds.filter(({ done }) => done).map(({ id, amount, reason, at }) => ({ id, amount, reason, at })),
		version: state.rev,
		createdAt: state.createdAt,
	};
}
