import { setting } from "../../runtime/config.ts";
import type { Cart, CheckoutCart } from "../../schemas/cart.ts";
import type { Money } from "../../schemas/common.ts";
import type { CartState } from "./domain.ts";
import type { CartLine } from "./lines.ts";
import { type Message, standingMessages } from "./messages.ts";
import { taxRates } from "./tax.ts";
import { rateOf, sharesOf, totalsOf } from "./totals.ts";

const itemView = (line: CartLine, money: (amount: number) => Money) => ({
	id: line.id,
	variantId: line.variantId,
	sku: line.sku,
	productId: line.productId,
	slug: line.slug,
	title: line.title,
	image: line.image,
	quantity: line.quantity,
	unitPrice: money(line.price),
	total: money(line.price * line.quantity),
});

/** A cart as its buyer sees it, at the prices of its lines. */
export function cartView(cart: CartState, messages: Message[] = []): Cart {
	const { currency } = cart;
	const money = (amount: number): Money => ({ amount, currency });
	const now = new Date().toISOString();
	const totals = totalsOf(cart, now, taxRates(setting("TAX_RATES")));
	return {
		id: cart.id,
		status: cart.status,
		currency,
		items: cart.items.map((line) => itemView(line, money)),
		promotions: cart.promotions.map(({ code, title }, index) => ({
			code,
			title,
			discount: money(totals.reductions[index]!),
		})),
		shippingAddress: cart.shippingAddress,
		shippingRate: rateOf(cart, now),
		subtotal: money(totals.subtotal),
		discount: money(totals.discount),
		shipping: money(totals.shipping),
		tax: money(totals.tax),
		total: money(totals.total),
		messages: [...messages, ...standingMessages(cart, now)],
		version: cart.rev,
	};
}

/** What an order gets of a cart: the sums, and each line's part in discount and tax. */
export function checkoutView(cart: CartState, now: string): CheckoutCart {
	const { currency } = cart;
	const money = (amount: number): Money => ({ amount, currency });
	const totals = totalsOf(cart, now, taxRates(setting("TAX_RATES")));
	const shares = sharesOf(cart, totals);
	return {
		cartId: cart.id,
		userId: cart.userId ?? null,
		currency,
		items: cart.items.map((line, index) => ({
			...itemView(line, money),
			grams: line.grams,
			requiresShipping: line.requiresShipping,
			discount: money(shares[index]!.discount),
			tax: money(shares[index]!.tax),
		})),
		promotions: cart.promotions.flatMap(({ code }, index) =>
			totals.reductions[index]! > 0 ? [{ code, discount: money(totals.reductions[index]!) }] : [],
		),
		shippingAddress: cart.shippingAddress,
		shippingRate: rateOf(cart, now),
		totals: {
			subtotal: money(totals.subtotal),
			discount: money(totals.discount),
			shipping: money(totals.shipping),
			tax: money(totals.tax),
			total: money(totals.total),
		},
	};
}
