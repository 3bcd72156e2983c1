import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { fact } from "../../../runtime/store/aggregate.ts";
import { fulfilmentRequested } from "../../../schemas/events.ts";
import { fulfilOrder } from "../../../schemas/order.ts";
import { told, transitions, unfulfilled } from "../domain.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";

export default action(fulfilOrder, async (ctx) => {
	const { id, items } = ctx.params;
	const fulfilmentId = newId("ful");
	const at = new Date().toISOString();
	const state = await orders.change(id, (order) => {
		const { saga, status } = order;
		if (saga !== "confirmed" || status === "cancelled")
			throw fail("transition_not_allowed", { status, allowed: transitions[status] });
		const left = new Map(unfulfilled(order).map(({ itemId, quantity }) => [itemId, quantity]));
		const wanted = items ?? [...left].map(([itemId, quantity]) => ({ itemId, quantity }));
		const tooMany = wanted.filter(({ itemId, quantity }) => quantity > (left.get(itemId) ?? 0));
		if (wanted.length === 0 || tooMany.length > 0) {
			throw fail(
				"quantity_exceeded",
				{ unfulfilled: Object.fromEntries(left) },
				"No more than what is not yet in a parcel can be sent",
			);
		}
		const next = { ...order, fulfilments: [...order.fulfilments, { id: fulfilmentId, items: wanted }] };
		return {
			state: told(next, "fulfilment.requested", "A parcel is being prepared", at),
			facts: [fact(fulfilmentRequested, { orderId: id, fulfilmentId })],
		};
	});
	return present(state);
});
