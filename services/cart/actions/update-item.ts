import { action } from "../../../runtime/action.ts";
import { updateItem } from "../../../schemas/cart.ts";
import { admitWriter, approach } from "../access.ts";
import { refreshed, withQuantity } from "../domain.ts";
import { type Message, saleMessages } from "../messages.ts";
import { changeCart, readCart } from "../model.ts";
import { saleOf } from "../sale.ts";
import { cartView } from "../view.ts";

export default action(updateItem, async (ctx) => {
	const { id, itemId, quantity } = ctx.params;
	const holds = (state: { items: { id: string }[] }) => state.items.some((item) => item.id === itemId);
	const known = await approach(id, ctx.meta);
	const sale = await saleOf(ctx, (holds(known) ? known : await readCart(id)).items);
	let messages: Message[] = [];
	const cart = await changeCart(id, (state) => {
		admitWriter(state, ctx.meta);
		messages = saleMessages(state, sale).filter(({ code }) => code === "price_changed");
		const line = state.items.find((item) => item.id === itemId);
		return withQuantity(refreshed(state, sale), itemId, quantity, line && sale.get(line.variantId));
	});
	return cartView(cart, messages);
});
