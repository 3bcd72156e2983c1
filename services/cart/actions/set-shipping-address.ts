import { action } from "../../../runtime/action.ts";
import { setShippingAddress } from "../../../schemas/cart.ts";
import { admitWriter } from "../access.ts";
import { withAddress } from "../domain.ts";
import { changeCart } from "../model.ts";
import { cartView } from "../view.ts";

export default action(setShippingAddress, async (ctx) => {
	const { id, ...address } = ctx.params;
	const cart = await changeCart(id, (state) => {
		admitWriter(state, ctx.meta);
		return withAddress(state, address);
	});
	return cartView(cart);
});
