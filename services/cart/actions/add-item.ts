import { action, call } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { addItem } from "../../../schemas/cart.ts";
import { saleItems } from "../../../schemas/product.ts";
import { admitWriter, approach, mayReach } from "../access.ts";
import { MAX_LINES, refreshed, withItem } from "../domain.ts";
import { type Message, saleMessages } from "../messages.ts";
import { changeCart, recall } from "../model.ts";
import { byVariant } from "../sale.ts";
import { cartView } from "../view.ts";

/** One call for prices, those of the lines that are known to be there with it, and one conditional update. */
export default action(addItem, async (ctx) => {
	const { params, meta } = ctx;
	const known = recall(params.id);
	const present = known && mayReach(known, meta) ? known.items.map(({ variantId }) => variantId) : [];
	const { data } = await call(
		ctx,
		saleItems,
		"sku" in params
			? { skus: [params.sku], variantIds: present }
			: { variantIds: [...new Set([params.variantId, ...present])].slice(0, MAX_LINES) },
	);
	const item = data.find(({ sku, variantId }) =>
		"sku" in params ? sku === params.sku : variantId === params.variantId,
	);
	if (!item) {
		// A stranger learns nothing of a cart that is not theirs, as of one that does not exist.
		await approach(params.id, meta);
		throw fail("variant_unknown");
	}
	const sale = byVariant(data);
	const lineId = newId("itm");
	let messages: Message[] = [];
	const cart = await changeCart(params.id, (state) => {
		admitWriter(state, meta);
		if (item.price.currency !== state.currency) throw fail("currency_not_supported", { supported: [state.currency] });
		messages = saleMessages(state, sale).filter(({ code }) => code === "price_changed");
		return withItem(refreshed(state, sale), item, params.quantity, lineId);
	});
	return cartView(cart, messages);
});
