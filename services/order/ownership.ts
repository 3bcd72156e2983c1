import { type Decision, fact } from "../../runtime/store/aggregate.ts";
import { ERASED_EMAIL } from "../../schemas/common.ts";
import { orderClaimed } from "../../schemas/events.ts";
import { type OrderState, unfulfilled } from "./domain.ts";

const AT_REST: ReadonlySet<string> = new Set(["awaiting_buyer", "confirmed", "failed", "cancelled"]);
const OVER: ReadonlySet<string> = new Set(["cancelled", "payment_failed", "refunded", "returned"]);

/** Shipping has all that the order wants sent so far: nobody carries the order's person there any more. */
const isHandedOver = ({ fulfilments, shipments }: OrderState): boolean => shipments.length >= fulfilments.length;

/**
 * The order as the one of a person; the very same while it is on its way to another service, which would keep it as a
 * guest's, or when it is somebody's.
 */
export function claimed(order: OrderState, userId: string): Decision<OrderState> {
	if (order.userId !== null || order.forgetAt || isErased(order)) return { state: order };
	if (!AT_REST.has(order.saga) || !isHandedOver(order)) return { state: order };
	const { claimableBy: _, ...rest } = order;
	const { id: orderId, cartId, payment, refunds, shipments, items } = order;
	const references = [orderId, ...refunds.map(({ id }) => id), ...shipments.map(({ id }) => id)];
	const arrived = order.timeline.some(({ type }) => type === "order.delivered");
	const productIds = arrived ? [...new Set(items.map(({ productId }) => productId))] : [];
	return {
		state: { ...rest, userId },
		facts: [fact(orderClaimed, { orderId, userId, cartId, paymentId: payment.id, references, productIds })],
	};
}

export const isErased = ({ email }: OrderState): boolean => email === ERASED_EMAIL;

/** Whether nobody has to know any more who ordered: it has failed, or everything that was bought is with shipping. */
function isSettled(order: OrderState): boolean {
	const { saga, status, refunds } = order;
	if (saga !== "confirmed" && saga !== "failed" && saga !== "cancelled") return false;
	if (refunds.some(({ done }) => !done)) return false;
	return OVER.has(status) || (isHandedOver(order) && (!order.shippingAddress || unfulfilled(order).length === 0));
}

/**
 * The order without its person: what was sold at which price and what became of it stays. The very same while it is under
 * way, or still a guest's.
 */
export function withoutPerson(order: OrderState): OrderState {
	if (order.userId === null || !isSettled(order)) return order;
	const { claimableBy: _, ...rest } = order;
	const { failure, payment } = order;
	const failed = "The payment failed";
	return {
		...rest,
		userId: null,
		email: ERASED_EMAIL,
		cartTokenHash: null,
		shippingAddress: null,
		payment: { ...payment, method: null, returnUrl: null, nextAction: null },
		// Words of staff and of providers may name somebody.
		refunds: order.refunds.map((refund) => ({ ...refund, reason: "erased" })),
		failure: failure && { ...failure, detail: failed },
		timeline: order.timeline.map((entry) =>
			entry.type === "order.refunded"
				? { ...entry, message: "Money went back" }
				: entry.type === "order.payment_failed"
					? { ...entry, message: failed }
					: entry,
		),
	};
}
