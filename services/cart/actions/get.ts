import { action } from "../../../runtime/action.ts";
import { getCart } from "../../../schemas/cart.ts";
import { admit } from "../access.ts";
import { refreshed } from "../domain.ts";
import { saleMessages } from "../messages.ts";
import { readCart } from "../model.ts";
import { saleOf } from "../sale.ts";
import { cartView } from "../view.ts";

/** Today's prices are shown, not stored: until the buyer writes, the cart keeps what they saw, so that a change can be told. */
export default action(getCart, async (ctx) => {
	let cart = await readCart(ctx.params.id);
	admit(cart, ctx.meta);
	if (cart.mergedInto !== null) cart = await readCart(cart.mergedInto);
	if (cart.status !== "open" || cart.items.length === 0) return cartView(cart);
	const sale = await saleOf(ctx, cart.items);
	return cartView(refreshed(cart, sale), saleMessages(cart, sale));
});
