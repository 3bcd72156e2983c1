import { held, personalDataOf } from "../../runtime/personal-data.ts";
import type { CartState } from "./domain.ts";
import { carts, forgetCart } from "./model.ts";
import { cartView } from "./view.ts";

/** What is held on a person here: carts. Promotions know orders, not people. */
export default personalDataOf("cart", [
	held({
		name: "carts",
		of: carts,
		whose: ({ userId }) => ({ userId }),
		shown: (cart) => ({ ...cartView(cart), createdAt: cart.createdAt }),
		forgotten,
		afterwards: forgetCart,
	}),
]);

/** Nobody refers to a cart that was not ordered; one that was is what its order answers to, and one being ordered is waited for. */
function forgotten(cart: CartState): CartState | null {
	if (cart.status === "ordering") return cart;
	if (cart.orderId === null) return null;
	const { userId: _userId, ...rest } = cart;
	const checkout = cart.checkout && { ...cart.checkout, userId: null, shippingAddress: null };
	return { ...rest, tokenHash: null, shippingAddress: null, checkout };
}
