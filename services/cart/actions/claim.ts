import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { isHashOf } from "../../../runtime/ids.ts";
import { claimCart } from "../../../schemas/cart.ts";
import type { CartState } from "../domain.ts";
import { merged } from "../merge.ts";
import { type Message, saleMessages } from "../messages.ts";
import { carts, changeCart, readCart } from "../model.ts";
import { saleOf } from "../sale.ts";
import { cartView } from "../view.ts";

/**
 * Two carts cannot change in one update, so the person's other cart is closed first and names the one that takes its lines;
 * a claim that ended in between is finished by the next.
 */
export default action(claimCart, async (ctx) => {
	const { id } = ctx.params;
	const userId = ctx.meta.userId!;
	const cart = await readCart(id);
	const own = cart.userId === userId;
	if (!own && (cart.userId !== undefined || !isHashOf(cart.tokenHash, ctx.meta.cartToken))) throw fail("not_found");
	if (cart.status !== "open") throw fail("cart_not_open");

	const other = await otherCart(cart, userId, own);
	const lines = other ? [...cart.items, ...other.items] : cart.items;
	const sale = await saleOf(ctx, distinct(lines));
	// Refuses a cart that would be too large before anything is changed.
	if (other) merged(cart, other, sale);
	const closed = other && (await changeCart(other.id, (state) => closedInto(state, id)));
	let messages: Message[] = [];
	const claimed = await changeCart(id, (state) => {
		const mine = claimedBy(state, userId);
		const result = closed?.mergedInto === id ? merged(mine, closed, sale) : { cart: mine, messages: [] };
		messages = [...saleMessages(result.cart, sale), ...result.messages];
		return result.cart;
	});
	return cartView(claimed, messages);
});

/** The person's cart that an earlier claim closed for this one; otherwise the youngest that is open and holds something. */
async function otherCart(cart: CartState, userId: string, own: boolean): Promise<CartState | undefined> {
	const others = await carts.findMany(
		{ userId, _id: { $ne: cart.id }, status: { $in: ["open", "merged"] } },
		{ sort: { _id: -1 }, limit: 20 },
	);
	const closed = others.find(({ id, mergedInto }) => mergedInto === cart.id && !cart.mergedFrom.includes(id));
	return closed ?? (own ? undefined : others.find(({ status, items }) => status === "open" && items.length > 0));
}

/** Its person reaches the cart from now on; the guest's token no longer does. */
function claimedBy(cart: CartState, userId: string): CartState {
	if (cart.userId === userId) return cart;
	if (cart.userId !== undefined) throw fail("not_found");
	if (cart.status !== "open") throw fail("cart_not_open");
	return { ...cart, userId, tokenHash: null };
}

const closedInto = (cart: CartState, into: string): CartState =>
	cart.status === "open" ? { ...cart, status: "merged", mergedInto: into } : cart;

const distinct = (lines: CartState["items"]): CartState["items"] => [
	...new Map(lines.map((line) => [line.variantId, line])).values(),
];
