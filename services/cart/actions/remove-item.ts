import { action } from "../../../runtime/action.ts";
import { removeItem } from "../../../schemas/cart.ts";
import { admitWriter } from "../access.ts";
import { withoutItem } from "../domain.ts";
import { changeCart } from "../model.ts";
import { cartView } from "../view.ts";

export default action(removeItem, async (ctx) => {
	const cart = await changeCart(ctx.params.id, (state) => {
		admitWriter(state, ctx.meta);
		return withoutItem(state, ctx.params.itemId);
	});
	return cartView(cart);
});
