import { isDeepStrictEqual } from "node:util";
import { fail } from "../../runtime/errors.ts";
import { type Decision, fact } from "../../runtime/store/aggregate.ts";
import { productChanged, productDeleted } from "../../schemas/events.ts";
import type { ProductImage, ProductState, ProductVariant, Status } from "./model.ts";

/** What an operator says of a product; what is left out stays as it is. */
export interface ProductPatch {
	slug?: string;
	title?: string;
	description?: string;
	vendor?: string;
	type?: string;
	category?: string | null;
	categories?: string[];
	tags?: string[];
	status?: Status;
	variants?: ProductVariant[];
	images?: ProductImage[];
}

/** The first state of a product. */
export function newProduct(
	id: string,
	patch: ProductPatch & { slug: string; title: string; variants: ProductVariant[] },
	now: string,
): Omit<ProductState, "rev"> {
	return {
		id,
		status: patch.status ?? "active",
		slug: patch.slug,
		title: patch.title,
		description: patch.description ?? "",
		vendor: patch.vendor ?? "",
		type: patch.type ?? "",
		category: patch.category ?? null,
		categories: patch.categories ?? [],
		tags: distinct(patch.tags ?? []),
		options: optionsOf(patch.variants),
		variants: patch.variants,
		images: patch.images ?? [],
		rating: null,
		ratingVersion: 0,
		createdAt: now,
		updatedAt: now,
	};
}

/** Applies what differs; where nothing does, nothing changes. @throws not_found */
export function changeProduct(product: ProductState, patch: ProductPatch, now: string): Decision<ProductState> {
	if (product.status === "deleted") throw fail("not_found");
	const next = { ...product };
	const wanted: ProductPatch = patch.tags ? { ...patch, tags: distinct(patch.tags) } : patch;
	let changed = false;
	for (const key of Object.keys(wanted) as (keyof ProductPatch)[]) {
		const value = wanted[key];
		if (value === undefined || isDeepStrictEqual(value, product[key])) continue;
		Object.assign(next, { [key]: value });
		changed = true;
	}
	if (!changed) return { state: product };
	if (next.variants !== product.variants) next.options = optionsOf(next.variants);
	return { state: { ...next, updatedAt: now }, facts: [fact(productChanged, { productId: product.id })] };
}

/** Takes a product out of the shop: its slug and its SKUs are free again. @throws not_found */
export function deleteProduct(product: ProductState, now: string): Decision<ProductState> {
	if (product.status === "deleted") throw fail("not_found");
	const { id, rev, createdAt } = product;
	return {
		state: { id, rev, status: "deleted", slug: id, createdAt, updatedAt: now } as ProductState,
		facts: [fact(productDeleted, { productId: id })],
	};
}

/** Takes over an average that is younger than the one known. */
export function rate(
	product: ProductState,
	{ version, average, count }: { version: number; average: number; count: number },
): Decision<ProductState> {
	if (product.status === "deleted" || version <= product.ratingVersion) return { state: product };
	return {
		state: { ...product, rating: count > 0 ? { average, count } : null, ratingVersion: version },
		facts: [fact(productChanged, { productId: product.id })],
	};
}

/** The options of all variants, each with its values in the order in which they appear. */
export function optionsOf(variants: ProductVariant[]): { name: string; values: string[] }[] {
	const values = new Map<string, Set<string>>();
	for (const { options } of variants) {
		for (const [name, value] of Object.entries(options)) {
			const known = values.get(name);
			if (known) known.add(value);
			else values.set(name, new Set([value]));
		}
	}
	return [...values].map(([name, set]) => ({ name, values: [...set] }));
}

/** `Small / Blue`, or `Default` for the only one. */
export const variantTitle = (options: Record<string, string>) => Object.values(options).join(" / ") || "Default";

/** Lower-case words with dashes, at most 200 characters; empty where nothing is left. */
export function slugify(text: string): string {
	return text
		.normalize("NFKD")
		.replace(/\p{M}/gu, "")
		.toLowerCase()
		.replace(/ß/g, "ss")
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-+|-+$/g, "")
		.slice(0, 200)
		.replace(/-+$/, "");
}

const distinct = (tags: string[]) => [...new Set(tags)];
