import { action } from "../../../runtime/action.ts";
import { codeOf, fail } from "../../../runtime/errors.ts";
import { beginCheckout } from "../../../schemas/cart.ts";
import { isBuyers } from "../access.ts";
import { promotionIdsOf, readied } from "../checkout.ts";
import { type CartState, reopened, wasReturnedBy } from "../domain.ts";
import { saleMessages } from "../messages.ts";
import { changeCart, readCart, recall } from "../model.ts";
import { saleOf } from "../sale.ts";
import { takeUses } from "../uses.ts";
import { cartView, checkoutView } from "../view.ts";

const ATTEMPTS = 5;

/**
 * Decides on one revision of the cart, and again on the next when that one is gone. The cart is frozen before the uses of
 * its promotions are taken: of two orders that want the cart, one gets both.
 */
export default action(beginCheckout, async (ctx) => {
	const { cartId, orderId, userId, tokenHash } = ctx.params;
	const buyer = { userId, tokenHash };
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		const recalled = attempt === 0 ? openCart(cartId, buyer) : undefined;
		const cart = recalled ?? (await readCart(cartId));
		if (cart.orderId === orderId) {
			if (cart.status === "ordering") await takeOrReopen(cart, orderId);
			return { orderId, cart: cart.checkout };
		}
		if (!isBuyers(cart, buyer)) throw fail("not_found");
		if (cart.orderId !== null) return { orderId: cart.orderId, cart: null };
		if (cart.status !== "open" || wasReturnedBy(cart, orderId)) throw fail("cart_not_open");

		const sale = await saleOf(ctx, cart.items);
		const now = new Date().toISOString();
		const ready = readyOr(recalled !== undefined, () => readied(cart, sale, now));
		if (!ready) continue;
		const { cart: today, changed } = ready;
		if (changed) {
			const shown = await unlessMoved(changeCart(cartId, () => today, cart.rev));
			if (!shown) continue;
			throw fail("price_changed", { cart: cartView(shown, saleMessages(cart, sale)) });
		}
		const checkout = checkoutView(today, now);
		const uses = promotionIdsOf(today, now);
		const frozen: CartState = { ...today, status: "ordering", orderId, checkout, uses };
		if (!(await unlessMoved(changeCart(cartId, () => frozen, cart.rev)))) continue;
		await takeOrReopen(frozen, orderId);
		return { orderId, cart: checkout };
	}
	throw fail("conflict");
});

/** @returns null when what another node may have changed since is refused: the stored cart decides that */
function readyOr<T>(mayBeOld: boolean, decide: () => T): T | null {
	try {
		return decide();
	} catch (error) {
		if (mayBeOld) return null;
		throw error;
	}
}

/** The cart as it was seen last, when the buyer may order it as it was. */
function openCart(id: string, buyer: Parameters<typeof isBuyers>[1]): CartState | undefined {
	const cart = recall(id);
	return cart?.status === "open" && isBuyers(cart, buyer) ? cart : undefined;
}

/** @returns null when the cart is at another revision */
async function unlessMoved(change: Promise<CartState>): Promise<CartState | null> {
	try {
		return await change;
	} catch (error) {
		if (codeOf(error) === "precondition_failed") return null;
		throw error;
	}
}

/** @throws promotion_exhausted, with the cart open again */
async function takeOrReopen({ id, uses }: CartState, orderId: string): Promise<void> {
	if (uses.length === 0) return;
	try {
		await takeUses(uses, orderId);
	} catch (error) {
		if (codeOf(error) === "promotion_exhausted") await changeCart(id, (state) => reopened(state, orderId));
		throw error;
	}
}
