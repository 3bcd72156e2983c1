import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type ProductPatch, slugify, variantTitle } from "../domain.ts";
import type { ProductImage, ProductState, ProductVariant } from "../model.ts";
import type { Draft, ImageDraft, VariantDraft } from "./draft.ts";

/** The SKU of a variant that the file names none for: the one it has, or always the same made of handle and options. */
export function skuOf(slug: string, variant: VariantDraft, product: ProductState | undefined): string {
	if (variant.sku) return variant.sku;
	const mine = product?.variants.find(({ options }) => isDeepStrictEqual(options, variant.options));
	if (mine) return mine.sku;
	const sku = [slug, slugify(Object.values(variant.options).join("-"))].filter(Boolean).join("-");
	if (sku.length <= 100) return sku;
	return `${sku.slice(0, 91)}-${createHash("sha256").update(sku).digest("hex").slice(0, 8)}`;
}

/**
 * What a file changes about a product. It adds and changes; it takes away neither variants nor images, since a product's
 * rows may stand in several places of a file. A variant with the same options under another SKU takes the place of the old
 * one, and one with options that of the only one without.
 */
export function mergeDraft(
	product: ProductState | undefined,
	draft: Draft,
	categories: { category: string | null; categories: string[] } | null,
	idOf: (sku: string) => string,
): ProductPatch {
	const { title, description, vendor, type, tags, status } = draft;
	return {
		title,
		description,
		vendor,
		type,
		tags,
		status,
		...(categories ?? {}),
		variants: mergeVariants(product, draft, idOf),
		images: mergeImages(product?.images ?? [], draft.images),
	};
}

function mergeVariants(
	product: ProductState | undefined,
	draft: Draft,
	idOf: (sku: string) => string,
): ProductVariant[] {
	const stated = new Map(draft.variants.map((variant) => [skuOf(draft.slug, variant, product), variant]));
	const list = (product?.variants ?? []).filter((mine) => stated.has(mine.sku) || !replaced(mine, draft.variants));
	const merged = list.map((mine) => {
		const variant = stated.get(mine.sku);
		stated.delete(mine.sku);
		return variant ? variantFrom(mine.id, mine.sku, variant, mine) : mine;
	});
	for (const [sku, variant] of stated) merged.push(variantFrom(idOf(sku), sku, variant));
	return merged;
}

const replaced = (mine: ProductVariant, stated: VariantDraft[]) =>
	stated.some(({ options }) => isDeepStrictEqual(options, mine.options) || Object.keys(mine.options).length === 0);

function variantFrom(id: string, sku: string, draft: VariantDraft, before?: ProductVariant): ProductVariant {
	return {
		id,
		sku,
		title: variantTitle(draft.options),
		options: draft.options,
		price: draft.price,
		compareAtPrice: stays(draft.compareAtPrice, before?.compareAtPrice),
		grams: draft.grams ?? before?.grams ?? 0,
		requiresShipping: draft.requiresShipping ?? before?.requiresShipping ?? true,
		barcode: stays(draft.barcode, before?.barcode),
		image: stays(draft.image, before?.image),
	};
}

const stays = <V>(stated: V | null | undefined, before: V | null | undefined): V | null =>
	(stated === undefined ? before : stated) ?? null;

function mergeImages(before: ProductImage[], stated: ImageDraft[]): ProductImage[] {
	const byUrl = new Map(before.map((image) => [image.url, image]));
	let last = Math.max(0, ...before.map(({ position }) => position));
	for (const { url, alt, position } of stated) {
		const known = byUrl.get(url);
		const at = position ?? known?.position ?? last + 1;
		last = Math.max(last, at);
		byUrl.set(url, { url, alt: alt ?? known?.alt ?? "", position: at });
	}
	return [...byUrl.values()].sort((a, b) => a.position - b.position);
}
