import { LRUCache } from "lru-cache";
import { codeOf, fail } from "../../runtime/errors.ts";
import type { Decision } from "../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../runtime/store/writer.ts";
import { type ProductState, type ProductVariant, type VariantState, variants } from "./model.ts";
import { count } from "./stock.ts";

/** Revisions whose copies this process has brought up to date: the event that follows need not do it again. */
const done = new LRUCache<string, number>({ max: 50_000 });

type Copy = Pick<
	VariantState,
	"sku" | "productId" | "productRev" | "status" | "slug" | "title" | "image" | "price" | "grams" | "requiresShipping"
>;

export interface CopyOptions {
	/** Ids of variants that the product had before. */
	before?: string[];
	/** Ids of variants that were never stored; those are inserted without a look. */
	fresh?: Set<string>;
	/** Stock that was counted, by SKU. */
	counts?: Map<string, number>;
}

/**
 * Brings what is sold in line with its product. The product's document is the truth; these copies follow it before the
 * caller has his answer, and through the product's event where a crash came between.
 */
export async function copyToVariants(product: ProductState, options: CopyOptions = {}): Promise<void> {
	const { before = [], fresh = new Set(), counts } = options;
	const kept = product.variants ?? [];
	const now = new Set(kept.map(({ id }) => id));
	await Promise.all([
		...kept.map((variant) => {
			const copy = copyOf(product, variant);
			const counted = counts?.get(variant.sku);
			return fresh.has(variant.id) ? insert(variant.id, copy, counted) : follow(variant.id, copy, counted);
		}),
		...before.filter((id) => !now.has(id)).map((id) => remove(id, product)),
	]);
	done.set(product.id, product.rev);
}

/** Brings one variant in line with its product, and counts its stock. */
export const copyVariant = (product: ProductState, variant: ProductVariant, counted?: number) =>
	follow(variant.id, copyOf(product, variant), counted);

const underWay = new Map<string, Promise<unknown>>();

/** Runs the change of a product together with its copies, so that the event which comes between waits for the latter. */
export async function withCopies<R>(productId: string, work: () => Promise<R>): Promise<R> {
	const running = work();
	underWay.set(productId, running);
	try {
		return await running;
	} finally {
		if (underWay.get(productId) === running) underWay.delete(productId);
	}
}

/** Whether a revision, or a younger one, was copied by this process. */
export async function isCopied(productId: string, rev: number): Promise<boolean> {
	await underWay.get(productId)?.catch(() => {});
	return (done.get(productId) ?? 0) >= rev;
}

/** Finds and copies everything of a product: for after a crash. */
export async function repairVariants(product: ProductState): Promise<void> {
	const known = await variants.documents.find({ productId: product.id }, { projection: { _id: 1 } }).toArray();
	await copyToVariants(product, { before: known.map(({ _id }) => _id) });
}

function copyOf(product: ProductState, variant: ProductVariant): Copy {
	return {
		sku: variant.sku,
		productId: product.id,
		productRev: product.rev,
		status: product.status as VariantState["status"],
		slug: product.slug,
		title: Object.keys(variant.options).length > 0 ? `${product.title} – ${variant.title}` : product.title,
		image: variant.image ?? product.images[0]?.url ?? null,
		price: variant.price,
		grams: variant.grams,
		requiresShipping: variant.requiresShipping,
	};
}

async function insert(id: string, copy: Copy, counted: number | undefined): Promise<void> {
	const empty: VariantState = { id, rev: 0, ...copy, onHand: 0, reserved: 0, holds: [], settled: [], moves: 0 };
	const { state, facts }: Decision<VariantState> = counted === undefined ? { state: empty } : count(empty, counted);
	try {
		await variants.insert(state, facts);
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
		await follow(id, copy, counted);
	}
}

async function follow(id: string, copy: Copy, counted: number | undefined): Promise<void> {
	try {
		await variants.change(id, (variant) => {
			const followed = adopt(variant, copy);
			return counted === undefined ? { state: followed } : count(followed, counted);
		});
	} catch (error) {
		if (codeOf(error) !== "not_found") throw error;
		await insert(id, copy, counted);
	}
}

/** A SKU that another product gave up goes over to this one, with its stock. */
function adopt(variant: VariantState, copy: Copy): VariantState {
	const mine = variant.productId === copy.productId;
	if (mine && variant.productRev >= copy.productRev) return variant;
	if (!mine && variant.status !== "removed" && variant.productId > copy.productId) throw fail("conflict");
	return { ...variant, ...copy };
}

async function remove(id: string, product: ProductState): Promise<void> {
	try {
		await variants.change(id, (variant) =>
			variant.productId === product.id && variant.productRev < product.rev
				? { state: { ...variant, status: "removed", productRev: product.rev } }
				: { state: variant },
		);
	} catch (error) {
		// A crash may have come before it was stored at all: then nothing is left to take away.
		if (codeOf(error) !== "not_found") throw error;
	}
}
