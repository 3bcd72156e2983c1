import { codeOf } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { copyVariant } from "../copies.ts";
import { changeProduct } from "../domain.ts";
import { categoryOf, type Known, knownBySku } from "../input.ts";
import { type ProductState, products } from "../model.ts";
import { alterProduct, storeProduct } from "../save.ts";
import type { RowError } from "./cells.ts";
import { type Draft, draftOf } from "./draft.ts";
import type { Group } from "./groups.ts";
import type { Header } from "./header.ts";
import { mergeDraft, skuOf } from "./merge.ts";

export interface Outcome {
	created: number;
	updated: number;
	unchanged: number;
	errors: RowError[];
}

/**
 * Stores the products of a batch: each whole or, where one of its rows is broken, not at all. Two commands look up what
 * is there, and what differs is written together.
 */
export async function importGroups(header: Header, groups: Group[]): Promise<Outcome> {
	const outcome: Outcome = { created: 0, updated: 0, unchanged: 0, errors: [] };
	const slugs = groups.map(({ slug }) => slug);
	const found = groups.length > 0 ? await products.findMany({ slug: { $in: slugs } }, { limit: slugs.length }) : [];
	const bySlug = new Map(found.map((product) => [product.slug, product]));
	const drafts: Draft[] = [];
	for (const group of groups) {
		const names = bySlug.get(group.slug)?.options.map(({ name }) => name);
		const { draft, errors } = draftOf(header, group, names);
		if (errors.length > 0) outcome.errors.push(...errors);
		else drafts.push(draft);
	}
	if (drafts.length === 0) return outcome;
	const skus = drafts.flatMap((draft) => draft.variants.map((one) => skuOf(draft.slug, one, bySlug.get(draft.slug))));
	const known = await knownBySku(skus);
	const owners = new Map<string, string>();
	const sound = drafts.filter((draft) => {
		const errors = conflicts(draft, bySlug.get(draft.slug), known, owners);
		outcome.errors.push(...errors);
		return errors.length === 0;
	});
	const results = await Promise.all(
		sound.map(async (draft) => {
			try {
				return await importDraft(draft, bySlug.get(draft.slug), known);
			} catch (error) {
				if (codeOf(error) === null) throw error;
				return { row: draft.row, message: (error as Error).message };
			}
		}),
	);
	for (const result of results) {
		if (typeof result === "string") outcome[result]++;
		else outcome.errors.push(result);
	}
	outcome.errors.sort((a, b) => a.row - b.row);
	return outcome;
}

/** What the rows of a product cannot know by themselves. `owners` holds the SKUs of this batch. */
function conflicts(
	draft: Draft,
	product: ProductState | undefined,
	known: Map<string, Known>,
	owners: Map<string, string>,
): RowError[] {
	const errors: RowError[] = [];
	const { row, slug, title, variants } = draft;
	if (!product && !title) errors.push({ row, message: "Title is missing" });
	if (!product && variants.length === 0) errors.push({ row, message: "The product has no variant" });
	for (const variant of variants) {
		const sku = skuOf(slug, variant, product);
		const stored = known.get(sku);
		const elsewhere = stored && stored.status !== "removed" && stored.productId !== product?.id;
		if (elsewhere || (owners.get(sku) ?? slug) !== slug)
			errors.push({ row: variant.row, message: `SKU "${sku}" belongs to another product` });
		if (stored && variant.quantity !== undefined && variant.quantity < stored.reserved)
			errors.push({
				row: variant.row,
				message: `The quantity is ${variant.quantity}, but ${stored.reserved} of "${sku}" are held for orders`,
			});
	}
	if (errors.length === 0) for (const variant of variants) owners.set(skuOf(slug, variant, product), slug);
	return errors;
}

async function importDraft(
	draft: Draft,
	product: ProductState | undefined,
	known: Map<string, Known>,
): Promise<"created" | "updated" | "unchanged"> {
	const fresh = new Set<string>();
	const ids = new Map<string, string>();
	const counts = new Map<string, number>();
	for (const variant of draft.variants) {
		const sku = skuOf(draft.slug, variant, product);
		const stored = known.get(sku);
		const id = stored?._id ?? newId("var");
		ids.set(sku, id);
		if (!stored) fresh.add(id);
		if (variant.quantity !== undefined && variant.quantity !== (stored?.onHand ?? 0)) counts.set(sku, variant.quantity);
	}
	const categories = await categoriesOf(draft, product);
	const merged = (state?: ProductState) => mergeDraft(state, draft, categories, (sku) => ids.get(sku) ?? newId("var"));
	if (!product) {
		const { slug, title = slug } = draft;
		const patch = merged();
		await storeProduct({ ...patch, slug, title, variants: patch.variants! }, { fresh, counts });
		return "created";
	}
	if (changeProduct(product, merged(product), product.updatedAt).state !== product) {
		await alterProduct(product.id, merged, { fresh, counts });
		return "updated";
	}
	const counted = product.variants.filter(({ sku }) => counts.has(sku));
	await Promise.all(counted.map((variant) => copyVariant(product, variant, counts.get(variant.sku))));
	return counted.length > 0 ? "updated" : "unchanged";
}

/** An empty category is the type for a product that begins, and no change for one that is there. */
async function categoriesOf({ title, category, type }: Draft, product: ProductState | undefined) {
	if (!title) return null;
	const name = category || (product ? "" : type);
	return name ? categoryOf(name) : null;
}
