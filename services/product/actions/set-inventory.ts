import { action } from "../../../runtime/action.ts";
import { setInventory } from "../../../schemas/product.ts";
import { variants } from "../model.ts";
import { adjust, count } from "../stock.ts";
import { known } from "../variants.ts";
import { stockView } from "../view.ts";

export default action(setInventory, async (ctx) => {
	const { params } = ctx;
	const variant = await variants.change(await known(params.sku), (state) =>
		"onHand" in params ? count(state, params.onHand) : adjust(state, params.adjust, params.reason),
	);
	return stockView(variant);
});
