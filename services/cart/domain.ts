import { fail } from "../../runtime/errors.ts";
import { guard } from "../../runtime/guard.ts";
import type { Aggregate } from "../../runtime/store/aggregate.ts";
import type { CheckoutCart } from "../../schemas/cart.ts";
import type { Address } from "../../schemas/common.ts";
import type { SaleItem } from "../../schemas/product.ts";
import type { Rate } from "../../schemas/shipping.ts";
import { type CartLine, gramsOf, isCurrent, lineOf, needsShipping, subtotalOf } from "./lines.ts";
import type { PromotionTerms } from "./promotion.ts";

export type AppliedPromotion = PromotionTerms & { promotionId: string };

export interface CartState extends Aggregate {
	status: "open" | "ordering" | "ordered" | "merged";
	/** SHA-256 of the token that reaches it; null when only its person does. */
	tokenHash: string | null;
	/** Absent for a guest's. */
	userId?: string;
	currency: string;
	items: CartLine[];
	promotions: AppliedPromotion[];
	shippingAddress: Address | null;
	shippingRate: Rate | null;
	/** Until when the chosen rate is offered, RFC 3339. */
	rateUntil: string | null;
	/** A chosen rate was dropped and none chosen since. */
	rateDropped: boolean;
	/** The order that holds it, with what that order was given. */
	orderId: string | null;
	checkout: CheckoutCart | null;
	/** Promotions of which that order holds a use. */
	uses: string[];
	/** Orders that gave it back lately: a late word of one does not take it again. */
	returnedBy?: string[];
	/** The cart that took this one's lines, and the carts whose lines this one took. */
	mergedInto: string | null;
	mergedFrom: string[];
	createdAt: string;
}

export const MAX_QUANTITY = 9_999;
export const MAX_LINES = 500;
export const MAX_PROMOTIONS = 10;
/** Minor units: sums with tax and shipping stay exact. */
const MAX_SUBTOTAL = 1_000_000_000_000;

/** Whether carriers ask the same price for both. */
export const sameDestination = (a: Address, b: Address): boolean =>
	a.country === b.country && a.state === b.state && a.postalCode === b.postalCode && a.city === b.city;

/**
 * The cart with other lines; a rate that was chosen for another weight is dropped.
 * @throws quantity_exceeded
 */
export function withItems(cart: CartState, items: CartLine[]): CartState {
	if (items.length > MAX_LINES) throw fail("quantity_exceeded", { limit: MAX_LINES }, "A cart holds at most 500 lines");
	if (subtotalOf(items) > MAX_SUBTOTAL)
		throw fail("quantity_exceeded", { limit: MAX_SUBTOTAL }, "The cart's subtotal is above the limit");
	const next = { ...cart, items };
	if (!cart.shippingRate) return next;
	if (!needsShipping(items)) return { ...next, shippingRate: null, rateUntil: null };
	return gramsOf(items) === gramsOf(cart.items) ? next : withoutRate(next);
}

/**
 * Adds pieces of a variant; the same variant again adds up.
 * @param lineId the line's id if it begins one
 * @throws out_of_stock, quantity_exceeded
 */
export function withItem(cart: CartState, sale: SaleItem, quantity: number, lineId: string): CartState {
	const line = cart.items.find(({ variantId }) => variantId === sale.variantId);
	const wanted = (line?.quantity ?? 0) + quantity;
	checkQuantity(sale.sku, wanted, sale.available);
	const next = lineOf(line?.id ?? lineId, sale, wanted);
	return withItems(cart, line ? cart.items.map((item) => (item === line ? next : item)) : [...cart.items, next]);
}

/**
 * Sets a line's quantity; `sale` is undefined when the variant is no longer sold.
 * @throws not_found, out_of_stock, quantity_exceeded
 */
export function withQuantity(cart: CartState, lineId: string, quantity: number, sale: SaleItem | undefined): CartState {
	const line = cart.items.find(({ id }) => id === lineId);
	if (!line) throw fail("not_found");
	checkQuantity(line.sku, quantity, sale?.available ?? 0);
	return withItems(
		cart,
		cart.items.map((item) => (item === line ? { ...item, quantity } : item)),
	);
}

function checkQuantity(sku: string, wanted: number, available: number): void {
	if (wanted > MAX_QUANTITY) throw fail("quantity_exceeded", { sku, limit: MAX_QUANTITY });
	if (wanted > available) throw fail("out_of_stock", { sku, available });
}

/** @throws not_found */
export function withoutItem(cart: CartState, lineId: string): CartState {
	const items = cart.items.filter(({ id }) => id !== lineId);
	if (items.length === cart.items.length) throw fail("not_found");
	return withItems(cart, items);
}

/** The lines at today's prices, as far as they are in `sale`; the very same cart when nothing differs. */
export function refreshed(cart: CartState, sale: ReadonlyMap<string, SaleItem>): CartState {
	let differs = false;
	const items = cart.items.map((item) => {
		const today = sale.get(item.variantId);
		if (!today || isCurrent(item, today)) return item;
		differs = true;
		return lineOf(item.id, today, item.quantity);
	});
	return differs ? withItems(cart, items) : cart;
}

export const withoutRate = (cart: CartState): CartState => ({
	...cart,
	shippingRate: null,
	rateUntil: null,
	rateDropped: true,
});

/** Sets where the goods go; a rate that was chosen for another place is dropped. */
export function withAddress(cart: CartState, address: Address): CartState {
	const next = { ...cart, shippingAddress: address };
	const moved = cart.shippingAddress && !sameDestination(cart.shippingAddress, address);
	return cart.shippingRate && moved ? withoutRate(next) : next;
}

const RETURNS = 20;
const cameBack = guard("a cart that an order gave back is not taken by it again");

/** Whether an order has had this cart and given it back. */
export const wasReturnedBy = ({ returnedBy = [] }: CartState, orderId: string): boolean =>
	cameBack(returnedBy.includes(orderId));

/**
 * Takes the cart from an order that is not confirmed. One that does not hold it is noted, too: what it asked for before its
 * end may still be on its way.
 */
export function reopened(cart: CartState, orderId: string): CartState {
	const { returnedBy = [] } = cart;
	const holds = cart.orderId === orderId;
	if ((holds && cart.status === "ordered") || (!holds && returnedBy.includes(orderId))) return cart;
	const noted = { ...cart, returnedBy: [...returnedBy, orderId].slice(-RETURNS) };
	return holds ? { ...noted, status: "open", orderId: null, checkout: null, uses: [] } : noted;
}
