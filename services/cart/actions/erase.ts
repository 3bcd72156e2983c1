import { action } from "../../../runtime/action.ts";
import { eraseCarts } from "../../../schemas/cart.ts";
import type { CartState } from "../domain.ts";
import { carts, changeCart, removeCart } from "../model.ts";

/** Nobody refers to a cart that was not ordered; one that was is what its order answers to. */
export default action(eraseCarts, async ({ params: { userId } }) => {
	let erased = 0;
	for (;;) {
		const found = await carts.findMany({ userId }, { limit: 200 });
		if (found.length === 0) return { erased };
		await Promise.all(
			found.map(({ id, orderId }) => (orderId === null ? removeCart(id) : changeCart(id, (cart) => anonymous(cart)))),
		);
		erased += found.length;
	}
});

function anonymous(cart: CartState): CartState {
	const { userId: _userId, ...rest } = cart;
	const checkout = cart.checkout && { ...cart.checkout, userId: null, shippingAddress: null };
	return { ...rest, tokenHash: null, shippingAddress: null, checkout };
}
