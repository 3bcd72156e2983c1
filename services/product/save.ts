import { codeOf, fail } from "../../runtime/errors.ts";
import { newId } from "../../runtime/ids.ts";
import { fact } from "../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../runtime/store/writer.ts";
import type { EventData } from "../../schemas/contract.ts";
import { productChanged, type ratingChanged } from "../../schemas/events.ts";
import { countAgain } from "./categories.ts";
import { copyToVariants, withCopies } from "./copies.ts";
import { changeProduct, deleteProduct, newProduct, type ProductPatch, rate } from "./domain.ts";
import { type ProductState, type ProductVariant, products } from "./model.ts";

interface CopyHints {
	fresh?: Set<string>;
	counts?: Map<string, number>;
}

/** Stores a product and what is sold of it. @throws sku_taken, slug_taken */
export async function storeProduct(
	patch: ProductPatch & { slug: string; title: string; variants: ProductVariant[] },
	hints: CopyHints = {},
): Promise<ProductState> {
	const id = newId("prod");
	const state = newProduct(id, patch, new Date().toISOString());
	return withCopies(id, async () => {
		const product = await orTaken(patch.slug, () => products.insert(state, [fact(productChanged, { productId: id })]));
		await copyToVariants(product, hints);
		countAgain();
		return product;
	});
}

/** Changes a product and what is sold of it. @throws not_found, precondition_failed, sku_taken, slug_taken */
export function alterProduct(
	id: string,
	decide: (product: ProductState) => ProductPatch,
	hints: CopyHints & { expected?: number; slug?: string } = {},
): Promise<{ product: ProductState; changed: boolean }> {
	const now = new Date().toISOString();
	return withCopies(id, async () => {
		let before: ProductState | undefined;
		const product = await orTaken(hints.slug, () =>
			products.change(
				id,
				(state) => {
					before = state;
					return changeProduct(state, decide(state), now);
				},
				hints.expected,
			),
		);
		const changed = product.rev !== before?.rev;
		if (changed) {
			await copyToVariants(product, { ...hints, before: before?.variants.map((variant) => variant.id) });
			countAgain();
		}
		return { product, changed };
	});
}

/** Takes a product out of the shop. @throws not_found, precondition_failed */
export async function dropProduct(id: string, expected?: number): Promise<void> {
	const now = new Date().toISOString();
	await withCopies(id, async () => {
		let before: ProductState | undefined;
		const decide = (state: ProductState) => {
			before = state;
			return deleteProduct(state, now);
		};
		const product = await products.change(id, decide, expected);
		await copyToVariants(product, { before: before?.variants.map((variant) => variant.id) });
		countAgain();
	});
}

/** Keeps a product's average rating; a product that is gone needs none. */
export async function rateProduct(rating: EventData<typeof ratingChanged>): Promise<void> {
	try {
		await withCopies(rating.productId, async () => {
			let rev = 0;
			const product = await products.change(rating.productId, (state) => {
				rev = state.rev;
				return rate(state, rating);
			});
			if (product.rev !== rev) await copyToVariants(product);
		});
	} catch (error) {
		if (codeOf(error) !== "not_found") throw error;
	}
}

/** Says which unique field refused a product. Among several inserts the driver does not tell, so it is looked up. */
async function orTaken<R>(slug: string | undefined, store: () => Promise<R>): Promise<R> {
	try {
		return await store();
	} catch (error) {
		if (!(error instanceof DuplicateKeyError) && (error as { code?: unknown }).code !== 11000) throw error;
		const other = slug === undefined ? null : await products.findOne({ slug });
		throw other ? fail("slug_taken", { slug }) : fail("sku_taken");
	}
}
