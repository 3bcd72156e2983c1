import { action } from "../../../runtime/action.ts";
import { reopenCart } from "../../../schemas/cart.ts";
import { reopened } from "../domain.ts";
import { carts, changeCart } from "../model.ts";
import { giveUsesBack } from "../uses.ts";

/** Uses go back before the cart does: when this ends in between, it is asked for again. */
export default action(reopenCart, async (ctx) => {
	const { cartId, orderId } = ctx.params;
	const cart = await carts.find(cartId);
	if (!cart) return { reopened: false };
	if (cart.orderId === orderId && cart.status === "ordering") await giveUsesBack(cart.uses, orderId);
	let opened = false;
	await changeCart(cartId, (state) => {
		const next = reopened(state, orderId);
		opened = next.orderId !== state.orderId;
		return next;
	});
	return { reopened: opened };
});
