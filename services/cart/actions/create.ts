import { action } from "../../../runtime/action.ts";
import { setting } from "../../../runtime/config.ts";
import { fail } from "../../../runtime/errors.ts";
import { hashOf, newId, newToken } from "../../../runtime/ids.ts";
import { createCart } from "../../../schemas/cart.ts";
import { insertCart } from "../model.ts";
import { cartView } from "../view.ts";

export default action(createCart, async (ctx) => {
	const currency = setting("CURRENCY");
	if ((ctx.params.currency ?? currency) !== currency) throw fail("currency_not_supported", { supported: [currency] });
	const cartToken = newToken();
	const cart = await insertCart({
		id: newId("cart"),
		status: "open",
		tokenHash: hashOf(cartToken),
		...(ctx.meta.userId ? { userId: ctx.meta.userId } : {}),
		currency,
		items: [],
		promotions: [],
		shippingAddress: null,
		shippingRate: null,
		rateUntil: null,
		rateDropped: false,
		orderId: null,
		checkout: null,
		uses: [],
		mergedInto: null,
		mergedFrom: [],
		createdAt: new Date().toISOString(),
	});
	return { cart: cartView(cart), cartToken };
});
