import { action } from "../../../runtime/action.ts";
import { exportCarts } from "../../../schemas/cart.ts";
import { carts } from "../model.ts";
import { cartView } from "../view.ts";

export default action(exportCarts, async ({ params: { userId } }) => {
	const found = await carts.findMany({ userId }, { sort: { _id: -1 }, limit: 1_000 });
	return { carts: found.map((cart) => cartView(cart)) };
});
