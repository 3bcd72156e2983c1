import { action, call } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { cartShippingRates } from "../../../schemas/cart.ts";
import { shippingRates } from "../../../schemas/shipping.ts";
import { admit } from "../access.ts";
import { gramsOf, needsShipping } from "../lines.ts";
import { readCart } from "../model.ts";

export default action(cartShippingRates, async (ctx) => {
	const cart = await readCart(ctx.params.id);
	admit(cart, ctx.meta);
	const { items, shippingAddress: address, currency } = cart;
	if (items.length === 0) throw fail("cart_incomplete", { missing: ["items"] });
	if (!needsShipping(items)) return { data: [] };
	if (!address) throw fail("cart_incomplete", { missing: ["shippingAddress"] });
	return call(ctx, shippingRates, { address, grams: gramsOf(items), currency });
});
