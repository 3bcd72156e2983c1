import { setting } from "../../runtime/config.ts";
import { fail } from "../../runtime/errors.ts";
import { newId } from "../../runtime/ids.ts";
import type { Params } from "../../schemas/contract.ts";
import type { createProduct, updateProduct } from "../../schemas/product.ts";
import { ensureCategory } from "./categories.ts";
import { type ProductPatch, slugify, variantTitle } from "./domain.ts";
import { sanitize } from "./html.ts";
import { type ProductVariant, products, type VariantState, variants } from "./model.ts";

type Input = Omit<Params<typeof updateProduct>, "id"> & Partial<Params<typeof createProduct>>;
type VariantInput = NonNullable<Input["variants"]>[number];

/** What stands in the store under a SKU. */
export type Known = Pick<VariantState, "sku" | "productId" | "status" | "onHand" | "reserved" | "productRev"> & {
	_id: string;
};

/** Variants by SKU, whoever has them. */
export async function knownBySku(skus: string[]): Promise<Map<string, Known>> {
	const found = await variants.documents
		.find(
			{ sku: { $in: skus } },
			{ projection: { sku: 1, productId: 1, status: 1, onHand: 1, reserved: 1, productRev: 1 } },
		)
		.toArray();
	return new Map((found as unknown as Known[]).map((variant) => [variant.sku, variant]));
}

export interface Prepared {
	patch: ProductPatch;
	/** Ids of variants that no store has seen. */
	fresh: Set<string>;
}

/**
 * Makes an operator's input fit for a decision: HTML sanitised, the category found or made, every SKU with its id.
 * @param own id and variants of the product that is changed
 * @throws sku_taken, currency_not_supported, validation_failed
 */
export async function prepare(input: Input, own?: { id: string; variants: ProductVariant[] }): Promise<Prepared> {
	const { description, category, variants, images, title, vendor, tags, ...rest } = input;
	const list = variants && inOrder(variants);
	const patch: ProductPatch = { ...rest, title: title?.trim(), vendor: vendor?.trim() };
	// As in a file, a comma parts tags.
	if (tags) patch.tags = tags.flatMap((tag) => tag.split(",").map((part) => part.trim())).filter(Boolean);
	const fresh = new Set<string>();
	if (patch.title === "") throw fail("validation_failed", { errors: [{ path: "/title", message: "is empty" }] });
	if (description !== undefined) patch.description = sanitize(description);
	if (category !== undefined) Object.assign(patch, await categoryOf(category));
	if (images) patch.images = images.map(({ url, alt = "" }, n) => ({ url, alt: alt.trim(), position: n + 1 }));
	if (list) {
		checkVariants(list, own?.variants ?? []);
		const known = await knownBySku(list.map(({ sku }) => sku));
		patch.variants = list.map((variant) => {
			const stored = known.get(variant.sku);
			if (stored && stored.productId !== own?.id && stored.status !== "removed")
				throw fail("sku_taken", { sku: variant.sku });
			const mine = own?.variants.find(({ sku }) => sku === variant.sku);
			const id = mine?.id ?? stored?._id ?? newId("var");
			if (!mine && !stored) fresh.add(id);
			return productVariant(id, variant, mine);
		});
	}
	return { patch, fresh };
}

/** The slug of a category and of those above it. */
export async function categoryOf(name: string | null): Promise<{ category: string | null; categories: string[] }> {
	const category = name === null ? null : await ensureCategory(name);
	return { category: category?.slug ?? null, categories: category?.path ?? [] };
}

function productVariant(id: string, input: VariantInput, before?: ProductVariant): ProductVariant {
	const options = input.options ?? before?.options ?? {};
	return {
		id,
		sku: input.sku,
		title: variantTitle(options),
		options,
		price: input.price.amount,
		compareAtPrice:
			(input.compareAtPrice === undefined ? before?.compareAtPrice : input.compareAtPrice?.amount) ?? null,
		grams: input.grams ?? before?.grams ?? 0,
		requiresShipping: input.requiresShipping ?? before?.requiresShipping ?? true,
		barcode: (input.barcode === undefined ? before?.barcode : input.barcode) ?? null,
		image: (input.image === undefined ? before?.image : input.image) ?? null,
	};
}

function checkVariants(list: VariantInput[], own: ProductVariant[]): void {
	const currency = setting("CURRENCY");
	const skus = new Set<string>();
	const errors: { path: string; message: string }[] = [];
	const names = new Set<string>();
	for (const [n, { id, sku, price, compareAtPrice, options = {} }] of list.entries()) {
		for (const name of Object.keys(options)) names.add(name);
		if (names.size > 3) errors.push({ path: `/variants/${n}/options`, message: "a product has three options at most" });
		if (sku === "") errors.push({ path: `/variants/${n}/sku`, message: "is empty" });
		for (const money of [price, compareAtPrice])
			if (money && money.currency !== currency) throw fail("currency_not_supported", { currency });
		if (price.amount < 0) errors.push({ path: `/variants/${n}/price/amount`, message: "must not be negative" });
		if (compareAtPrice && compareAtPrice.amount < 0)
			errors.push({ path: `/variants/${n}/compareAtPrice/amount`, message: "must not be negative" });
		if (skus.has(sku)) errors.push({ path: `/variants/${n}/sku`, message: "stands twice" });
		skus.add(sku);
		if (id === undefined) continue;
		const mine = own.find((variant) => variant.id === id);
		if (!mine) errors.push({ path: `/variants/${n}/id`, message: "is not a variant of this product" });
		else if (mine.sku !== sku)
			errors.push({ path: `/variants/${n}/sku`, message: "cannot change; send a variant without an id to replace it" });
	}
	if (errors.length > 0) throw fail("validation_failed", { errors });
}

/** The same variants with trimmed texts, and options of all in one order. */
function inOrder(list: VariantInput[]): VariantInput[] {
	const names = [...new Set(list.flatMap(({ options = {} }) => Object.keys(options).map((name) => name.trim())))];
	return list.map((variant) => {
		const sku = variant.sku.trim();
		if (!variant.options) return { ...variant, sku };
		const trimmed = Object.entries(variant.options).map(([name, value]) => [name.trim(), value.trim()] as const);
		const options = Object.fromEntries(
			trimmed
				.filter(([name, value]) => value !== "" && !(name === "Title" && value === "Default Title"))
				.sort(([a], [b]) => names.indexOf(a) - names.indexOf(b)),
		);
		return { ...variant, sku, options };
	});
}

/** A slug that nobody has, made of a title. */
export async function freeSlug(title: string): Promise<string> {
	const base = slugBase(title);
	const taken = await products.documents
		.find({ slug: { $regex: `^${base}(-[0-9]+)?$` } }, { projection: { slug: 1 } })
		.toArray();
	const slugs = new Set(taken.map(({ slug }) => slug));
	if (!slugs.has(base)) return base;
	for (let n = 2; ; n++) if (!slugs.has(`${base}-${n}`)) return `${base}-${n}`;
}

const slugBase = (title: string) => slugify(title) || "product";
