import { timingSafeEqual } from "node:crypto";
import type { Meta } from "../../runtime/action.ts";
import { fail } from "../../runtime/errors.ts";
import { isHashOf } from "../../runtime/ids.ts";
import type { CartState } from "./domain.ts";
import { readCart, recall } from "./model.ts";

/** Whether the caller is the cart's person or holds its token. */
export function mayReach(cart: CartState, { userId, cartToken }: Meta): boolean {
	return (cart.userId !== undefined && cart.userId === userId) || isHashOf(cart.tokenHash, cartToken);
}

/** Whether an order is of the cart's person, or of one who held its token. */
export function isBuyers(cart: CartState, buyer: { userId: string | null; tokenHash: string | null }): boolean {
	if (buyer.userId !== null && buyer.userId === cart.userId) return true;
	if (!cart.tokenHash || !buyer.tokenHash) return false;
	return timingSafeEqual(Buffer.from(cart.tokenHash), Buffer.from(buyer.tokenHash));
}

/** @throws not_found for a stranger, as for an unknown cart */
export function admit(cart: CartState, meta: Meta): void {
	if (!mayReach(cart, meta)) throw fail("not_found");
}

/**
 * Lets a buyer change the cart.
 * @throws not_found, precondition_failed when If-Match names another version, cart_not_open
 */
export function admitWriter(cart: CartState, meta: Meta): void {
	admit(cart, meta);
	if (meta.ifMatch !== undefined && meta.ifMatch !== cart.rev) throw fail("precondition_failed");
	if (cart.status !== "open") throw fail("cart_not_open");
}

/** The caller's cart as far as this process knows it, otherwise as it is stored; see `recall`. @throws not_found */
export async function approach(id: string, meta: Meta): Promise<CartState> {
	const known = recall(id);
	if (known && mayReach(known, meta)) return known;
	const cart = await readCart(id);
	admit(cart, meta);
	return cart;
}
