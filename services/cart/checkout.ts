import { fail } from "../../runtime/errors.ts";
import type { SaleItem } from "../../schemas/product.ts";
import { type CartState, refreshed } from "./domain.ts";
import { needsShipping, subtotalOf } from "./lines.ts";
import { refusal } from "./promotion.ts";
import { rateOf } from "./totals.ts";

/**
 * The cart as an order may have it: today's prices, and only promotions that apply. `dearer` when the buyer saw other
 * figures, so that they have to see these first.
 * @throws cart_incomplete with `missing`, out_of_stock with `lines`
 */
export function readied(
	cart: CartState,
	sale: ReadonlyMap<string, SaleItem>,
	now: string,
): { cart: CartState; changed: boolean } {
	const today = refreshed(cart, sale);
	const missing = missingOf(today, now);
	if (missing.length > 0) throw fail("cart_incomplete", { missing });
	const lines = today.items
		.map(({ sku, variantId, quantity }) => ({
			sku,
			requested: quantity,
			available: sale.get(variantId)?.available ?? 0,
		}))
		.filter(({ requested, available }) => available < requested);
	if (lines.length > 0) throw fail("out_of_stock", { lines });
	const over = ({ endsAt }: { endsAt: string | null }) => endsAt !== null && now >= endsAt;
	const changed =
		today.items.some((item, index) => item.price !== cart.items[index]!.price) || today.promotions.some(over);
	return { cart: changed ? { ...today, promotions: today.promotions.filter((one) => !over(one)) } : today, changed };
}

function missingOf(cart: CartState, now: string): string[] {
	if (cart.items.length === 0) return ["items"];
	if (!needsShipping(cart.items)) return [];
	return [...(cart.shippingAddress ? [] : ["shippingAddress"]), ...(rateOf(cart, now) ? [] : ["shippingRate"])];
}

/** The promotions that take something off, whose uses an order has to hold. */
export const promotionIdsOf = (cart: CartState, now: string): string[] =>
	cart.promotions
		.filter((promotion) => !refusal(promotion, subtotalOf(cart.items), now))
		.map(({ promotionId }) => promotionId);
