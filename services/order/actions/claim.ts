import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { claimOrder } from "../../../schemas/order.ts";
import { orders } from "../model.ts";
import { claimed, isErased } from "../ownership.ts";
import { present } from "../present.ts";
import { owned } from "../token.ts";

/** The token is the proof; whose order it is already, is told to nobody else. */
export default action(claimOrder, async ({ params, meta }) => {
	const userId = meta.userId!;
	const state = await orders.change(params.id, (order) => {
		owned(order, meta);
		if (isErased(order) || (order.userId !== null && order.userId !== userId)) throw fail("not_found");
		return claimed(order, userId);
	});
	if (state.userId === null)
		throw fail("transition_not_allowed", { status: state.status }, "The order is being worked on; try again shortly");
	return present(state);
});
