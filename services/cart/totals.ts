import type { CartState } from "./domain.ts";
import { subtotalOf } from "./lines.ts";
import { reduction, refusal } from "./promotion.ts";
import { split } from "./shares.ts";
import { rateFor, type TaxRates, taxOn } from "./tax.ts";

/** A cart's sums in minor units; `total = subtotal - discount + shipping + tax`. */
export interface Totals {
	subtotal: number;
	discount: number;
	/** What each promotion takes off, in the cart's order; 0 for one that does not apply. */
	reductions: number[];
	shipping: number;
	tax: number;
	total: number;
}

/** Promotions apply one after the other, each to what the ones before left of the goods; tax falls on what remains and on shipping. */
export function totalsOf(cart: CartState, now: string, taxes: TaxRates): Totals {
	const subtotal = subtotalOf(cart.items);
	let goods = subtotal;
	const reductions = cart.promotions.map((promotion) => {
		const off = refusal(promotion, subtotal, now) ? 0 : reduction(promotion, goods);
		goods -= off;
		return off;
	});
	const shipping = rateOf(cart, now)?.price.amount ?? 0;
	const tax = taxOn(goods + shipping, rateFor(taxes, cart.shippingAddress));
	return { subtotal, discount: subtotal - goods, reductions, shipping, tax, total: goods + shipping + tax };
}

/** The chosen rate while it is offered. */
export const rateOf = (cart: CartState, now: string) =>
	cart.shippingRate && cart.rateUntil !== null && now < cart.rateUntil ? cart.shippingRate : null;

/** Each line's part of the discount and of the tax, by largest remainder; the rest of the tax is shipping's. */
export function sharesOf(cart: CartState, { discount, tax, shipping }: Totals): { discount: number; tax: number }[] {
	const totals = cart.items.map((item) => item.price * item.quantity);
	const discounts = split(discount, totals);
	const net = totals.map((total, index) => total - discounts[index]!);
	const taxes = split(tax, [...net, shipping]);
	return totals.map((_total, index) => ({ discount: discounts[index]!, tax: taxes[index]! }));
}
