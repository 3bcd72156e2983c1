import type { SaleItem } from "../../schemas/product.ts";
import { type CartState, MAX_PROMOTIONS, MAX_QUANTITY, withItems } from "./domain.ts";
import type { CartLine } from "./lines.ts";
import type { Message } from "./messages.ts";

/**
 * A person's cart with the lines of another of their carts, quantities summed and capped by stock. Once for each cart: again
 * is the very same cart. A line of which nothing is left keeps one piece, which says so.
 * @throws quantity_exceeded
 */
export function merged(
	cart: CartState,
	other: Pick<CartState, "id" | "items" | "promotions" | "shippingAddress">,
	sale: ReadonlyMap<string, SaleItem>,
): { cart: CartState; messages: Message[] } {
	if (cart.mergedFrom.includes(other.id)) return { cart, messages: [] };
	const messages: Message[] = [];
	const lines = new Map<string, CartLine>(cart.items.map((line) => [line.variantId, line]));
	for (const line of other.items) {
		const mine = lines.get(line.variantId);
		const wanted = (mine?.quantity ?? 0) + line.quantity;
		const quantity = Math.max(1, Math.min(wanted, sale.get(line.variantId)?.available ?? wanted, MAX_QUANTITY));
		const itemId = mine?.id ?? line.id;
		lines.set(line.variantId, { ...(mine ?? line), quantity });
		if (quantity < wanted)
			messages.push({
				code: "quantity_reduced",
				itemId,
				message: `${line.title}: ${quantity} instead of ${wanted}, which is all there is`,
			});
	}
	const codes = new Set(cart.promotions.map(({ code }) => code));
	const promotions = [...cart.promotions, ...other.promotions.filter(({ code }) => !codes.has(code))];
	const next = {
		...cart,
		promotions: promotions.slice(0, MAX_PROMOTIONS),
		shippingAddress: cart.shippingAddress ?? other.shippingAddress,
		mergedFrom: [...cart.mergedFrom, other.id],
	};
	return { cart: withItems(next, [...lines.values()]), messages };
}
