import { codeOf } from "../../../runtime/errors.ts";
import { consumer } from "../../../runtime/events/consumer.ts";
import { orderClaimed } from "../../../schemas/events.ts";
import { changeCart } from "../model.ts";

/** The cart of a guest's order is the one of whom the order now belongs to. */
export default consumer(orderClaimed, "claim-cart", async ({ data: { cartId, orderId, userId } }) => {
	try {
		await changeCart(cartId, (cart) =>
			cart.userId === undefined && cart.orderId === orderId ? { ...cart, userId } : cart,
		);
	} catch (error) {
		if (codeOf(error) !== "not_found") throw error;
	}
});
