import { setting } from "../../runtime/config.ts";
import type { Money } from "../../schemas/common.ts";
import type { Product, ProductListEntry, SaleItem, Stock } from "../../schemas/product.ts";
import type { ProductState, ProductVariant, VariantState } from "./model.ts";
import { availableOf } from "./stock.ts";
import type { Figures, ForSale } from "./variants.ts";

const money = (amount: number): Money => ({ amount, currency: setting("CURRENCY") });

/** A product as the shop shows it, with today's stock. */
export function productView(product: ProductState, figures: Map<string, Figures>): Product {
	const currency = setting("CURRENCY");
	return {
		id: product.id,
		slug: product.slug,
		title: product.title,
		description: product.description,
		vendor: product.vendor,
		category: product.category,
		tags: product.tags,
		status: product.status as Product["status"],
		options: product.options,
		variants: product.variants.map((variant) => variantView(variant, figures.get(variant.id), currency)),
		images: product.images,
		rating: product.rating,
		version: product.rev,
		createdAt: product.createdAt,
		updatedAt: product.updatedAt,
	};
}

function variantView(variant: ProductVariant, figures: Figures | undefined, currency: string) {
	const { id, sku, title, options, price, compareAtPrice, image } = variant;
	return {
		id,
		sku,
		title,
		options,
		price: { amount: price, currency },
		compareAtPrice: compareAtPrice === null ? null : { amount: compareAtPrice, currency },
		available: figures ? availableOf(figures) : 0,
		image,
	};
}

/** The same in a list. */
export function listEntry(product: ProductState, figures: Map<string, Figures>): ProductListEntry {
	const view = productView(product, figures) as ProductListEntry;
	view.priceRange = priceRange(product.variants);
	return view;
}

function priceRange(variants: ProductVariant[]) {
	if (variants.length === 0) return null;
	let min = Number.POSITIVE_INFINITY;
	let max = 0;
	for (const { price } of variants) {
		if (price < min) min = price;
		if (price > max) max = price;
	}
	return { min: money(min), max: money(max) };
}

/** A variant as cart and order need it. */
export function saleItem(variant: ForSale): SaleItem {
	return {
		variantId: variant._id,
		sku: variant.sku,
		productId: variant.productId,
		slug: variant.slug,
		title: variant.title,
		price: money(variant.price),
		available: availableOf(variant),
		grams: variant.grams,
		requiresShipping: variant.requiresShipping,
		image: variant.image,
	};
}

export const stockView = ({ sku, onHand, reserved }: Pick<VariantState, "sku" | "onHand" | "reserved">): Stock => ({
	sku,
	onHand,
	reserved,
	available: onHand - reserved,
});
