import { setting } from "../../runtime/config.ts";
import type { Money } from "../../schemas/common.ts";
import type { Product, ProductListEntry, SaleItem, Stock } from "../../schemas/product.ts";
import type { ProductState, ProductVariant, VariantState } from "./model.ts";
import { availableOf } from "./stock.ts";
import type { Figures, ForSale } from "./variants.ts";

const money = (amount: number): Money => ({ amount, currency: setting("CURRENCY") });

/** Views by the product that they show: made again when its stock is another. */
class Views<V extends object> {
	readonly #made = new WeakMap<ProductState, { stock: string; view: Readonly<V> }>();
	readonly #make: (product: ProductState, figures: Map<string, Figures>) => V;

	constructor(make: (product: ProductState, figures: Map<string, Figures>) => V) {
		this.#make = make;
	}

	of(product: ProductState, figures: Map<string, Figures>): V {
		const stock = product.variants.map(({ id }) => availableIn(figures, id)).join();
		const known = this.#made.get(product);
		if (known?.stock === stock) return known.view;
		const view = Object.freeze(this.#make(product, figures));
		this.#made.set(product, { stock, view });
		return view;
	}
}

function availableIn(figures: Map<string, Figures>, variantId: string): number {
	const found = figures.get(variantId);
	return found ? availableOf(found) : 0;
}

const views = new Views<Product>(makeView);
const entries = new Views<ProductListEntry>((product, figures) => ({
	...productView(product, figures),
	priceRange: priceRange(product.variants),
}));

/** A product as the shop shows it, with today's stock. The same object, frozen, as long as nothing of it changes. */
export const productView = (product: ProductState, figures: Map<string, Figures>): Product =>
	views.of(product, figures);

/** The same in a list. */
export const listEntry = (product: ProductState, figures: Map<string, Figures>): ProductListEntry =>
	entries.of(product, figures);

function makeView(product: ProductState, figures: Map<string, Figures>): Product {
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
		variants: product.variants.map((variant) => variantView(variant, availableIn(figures, variant.id), currency)),
		images: product.images,
		rating: product.rating,
		version: product.rev,
		createdAt: product.createdAt,
		updatedAt: product.updatedAt,
	};
}

function variantView(variant: ProductVariant, available: number, currency: string) {
	const { id, sku, title, options, price, compareAtPrice, image } = variant;
	return {
		id,
		sku,
		title,
		options,
		price: { amount: price, currency },
		compareAtPrice: compareAtPrice === null ? null : { amount: compareAtPrice, currency },
		available,
		image,
	};
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
		variantId: variant.id,
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
