import { codeOf } from "../../../runtime/errors.ts";
import { consumer } from "../../../runtime/events/consumer.ts";
import { orderConfirmed } from "../../../schemas/events.ts";
import { changeCart } from "../model.ts";
import { settleUses } from "../uses.ts";

/** A confirmed order keeps its cart and the uses of its promotions. */
export default consumer(orderConfirmed, "close-cart", async ({ data: { cartId, orderId } }) => {
	try {
		const cart = await changeCart(cartId, (state) =>
			state.status === "ordering" && state.orderId === orderId ? { ...state, status: "ordered" } : state,
		);
		if (cart.orderId === orderId) await settleUses(cart.uses, orderId);
	} catch (error) {
		if (codeOf(error) !== "not_found") throw error;
	}
});
