import type { Cart } from "../../schemas/cart.ts";
import type { SaleItem } from "../../schemas/product.ts";
import type { CartState } from "./domain.ts";
import { needsShipping, subtotalOf } from "./lines.ts";
import { refusal } from "./promotion.ts";
import { rateOf } from "./totals.ts";

export type Message = Cart["messages"][number];

/** What today's prices and stock say against the lines as the buyer saw them. */
export function saleMessages(cart: CartState, sale: ReadonlyMap<string, SaleItem>): Message[] {
	const messages: Message[] = [];
	for (const { id: itemId, variantId, title, price, quantity } of cart.items) {
		const today = sale.get(variantId);
		if (!today) {
			messages.push({ code: "no_longer_sold", itemId, message: `${title} is no longer sold` });
			continue;
		}
		if (today.price.amount !== price) {
			const [before, after] = [price, today.price.amount].map((amount) => formatted(amount, cart.currency));
			messages.push({ code: "price_changed", itemId, message: `${title} costs ${after} now, ${before} before` });
		}
		if (today.available < quantity) {
			const left = today.available > 0 ? `only ${today.available} left` : "out of stock";
			messages.push({ code: "out_of_stock", itemId, message: `${title}: ${left}` });
		}
	}
	return messages;
}

/** What the cart's own state says. */
export function standingMessages(cart: CartState, now: string): Message[] {
	const messages: Message[] = [];
	if (cart.status !== "open") return messages;
	const expired = cart.shippingRate !== null && rateOf(cart, now) === null;
	if (expired || (cart.rateDropped && needsShipping(cart.items)))
		messages.push({ code: "shipping_rate_expired", message: "Choose a shipping rate again" });
	for (const promotion of cart.promotions) {
		const reason = refusal(promotion, subtotalOf(cart.items), now);
		if (!reason) continue;
		const why = {
			promotion_expired: "is over",
			promotion_not_started: "has not begun",
			promotion_minimum_not_reached: "needs a higher subtotal",
		}[reason as string];
		messages.push({ code: "promotion_not_applicable", message: `${promotion.code} ${why ?? "does not apply"}` });
	}
	return messages;
}

const formats = new Map<string, Intl.NumberFormat>();

function formatted(amount: number, currency: string): string {
	let format = formats.get(currency);
	if (!format) {
		format = new Intl.NumberFormat("en-US", { style: "currency", currency });
		formats.set(currency, format);
	}
	return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
