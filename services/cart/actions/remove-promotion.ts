import { action } from "../../../runtime/action.ts";
import { removePromotion } from "../../../schemas/cart.ts";
import { admitWriter } from "../access.ts";
import { changeCart } from "../model.ts";
import { cartView } from "../view.ts";

/** A code that is not on the cart is off already. */
export default action(removePromotion, async (ctx) => {
	const code = ctx.params.code.toUpperCase();
	const cart = await changeCart(ctx.params.id, (state) => {
		admitWriter(state, ctx.meta);
		const promotions = state.promotions.filter((applied) => applied.code !== code);
		return promotions.length === state.promotions.length ? state : { ...state, promotions };
	});
	return cartView(cart);
});
