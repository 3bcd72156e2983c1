import type { SaleItem } from "../../schemas/product.ts";

/** One variant in a cart, at the price (minor units) that the buyer saw last. */
export interface CartLine {
	id: string;
	variantId: string;
	sku: string;
	productId: string;
	slug: string;
	title: string;
	image: string | null;
	quantity: number;
	price: number;
	/** Of one piece. */
	grams: number;
	requiresShipping: boolean;
}

/** What a parcel of these lines weighs. */
export const gramsOf = (items: readonly CartLine[]): number =>
	items.reduce((sum, item) => (item.requiresShipping ? sum + item.grams * item.quantity : sum), 0);

export const needsShipping = (items: readonly CartLine[]): boolean => items.some((item) => item.requiresShipping);

export const subtotalOf = (items: readonly CartLine[]): number =>
	items.reduce((sum, item) => sum + item.price * item.quantity, 0);

/** Whether a line shows its variant as it is sold today. */
export const isCurrent = (line: CartLine, sale: SaleItem): boolean =>
	line.price === sale.price.amount &&
	line.grams === sale.grams &&
	line.requiresShipping === sale.requiresShipping &&
	line.title === sale.title &&
	line.sku === sale.sku &&
	line.slug === sale.slug &&
	line.image === sale.image;

/** A line of a variant as it is sold today. */
export const lineOf = (id: string, sale: SaleItem, quantity: number): CartLine => ({
	id,
	variantId: sale.variantId,
	sku: sale.sku,
	productId: sale.productId,
	slug: sale.slug,
	title: sale.title,
	image: sale.image,
	quantity,
	price: sale.price.amount,
	grams: sale.grams,
	requiresShipping: sale.requiresShipping,
});
