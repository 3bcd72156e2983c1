import { codeOf, fail } from "../../runtime/errors.ts";
import { newId } from "../../runtime/ids.ts";
import { fact } from "../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../runtime/store/writer.ts";
import type { EventData } from "../../schemas/contract.ts";
import { productChanged, type ratingChanged } from "../../schemas/events.ts";
import { countAgain } from "./categories.ts";
import { copyToVariants, isCopied } from "./copies.ts";
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
	const product = await orTaken(() => products.insert(state, [fact(productChanged, { productId: id })]));
	await copyToVariants(product, hints);
	countAgain();
	return product;
}

/** Changes a product and what is sold of it. @throws not_found, precondition_failed, sku_taken, slug_taken */
export async function alterProduct(
	id: string,
	decide: (product: ProductState) => ProductPatch,
	hints: CopyHints & { expected?: number } = {},
): Promise<{ product: ProductState; changed: boolean }> {
	const now = new Date().toISOString();
	let before: ProductState | undefined;
	const product = await orTaken(() =>
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
}

/** Takes a product out of the shop. @throws not_found, precondition_failed */
export async function dropProduct(id: string, expected?: number): Promise<void> {
	const now = new Date().toISOString();
	let before: ProductState | undefined;
	const product = await products.change(
		id,
		(state) => {
			before = state;
			return deleteProduct(state, now);
		},
		expected,
	);
	await copyToVariants(product, { before: before?.variants.map((variant) => variant.id) });
	countAgain();
}

/** Keeps a product's average rating; a product that is gone needs none. */
export async function rateProduct(rating: EventData<typeof ratingChanged>): Promise<void> {
	try {
		const product = await products.change(rating.productId, (state) => rate(state, rating));
		if (product.status !== "deleted" && !isCopied(product.id, product.rev)) await copyToVariants(product);
	} catch (error) {
		if (codeOf(error) !== "not_found") throw error;
	}
}

/** Says which unique field refused a product. */
async function orTaken<R>(store: () => Promise<R>): Promise<R> {
	try {
		return await store();
	} catch (error) {
		const key = takenKey(error);
		if (!key) throw error;
		throw fail(key === "slug" ? "slug_taken" : "sku_taken");
	}
}

function takenKey(error: unknown): "slug" | "sku" | null {
	const { code, message } = error as { code?: unknown; message?: string };
	if (error instanceof DuplicateKeyError && error.key.length > 0) return error.key.includes("slug") ? "slug" : "sku";
	if (code !== 11000 && !(error instanceof DuplicateKeyError)) return null;
	return /slug/.test(message ?? "") ? "slug" : "sku";
}
