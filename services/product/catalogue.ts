import { LRUCache } from "lru-cache";
import { fail } from "../../runtime/errors.ts";
import { gather } from "../../runtime/store/gather.ts";
import { type ProductState, products } from "./model.ts";
import { type Figures, figuresOf } from "./variants.ts";

/** Products read lately. One is used only while its variants, which are read each time, say that it is at this revision. */
export const recent = new LRUCache<string, ProductState>({ max: 2_000 });
const idsBySlug = new LRUCache<string, string>({ max: 20_000 });

export interface Found {
	product: ProductState;
	figures: Map<string, Figures>;
}

/** Forgets what belongs to another database. */
export function forgetProducts(): void {
	recent.clear();
	idsBySlug.clear();
}

const findBySlug = gather(async (slugs: string[]) => {
	const filter = { slug: slugs.length === 1 ? slugs[0] : { $in: [...new Set(slugs)] } };
	const found = new Map((await products.findMany(filter)).map((product) => [product.slug, product]));
	return slugs.map((slug) => found.get(slug) ?? null);
});

/**
 * A product by id or slug, with its stock: one command where it was read lately, else two.
 * @param hidden also one that is not sold (draft, archived)
 * @throws not_found
 */
export async function findProduct(idOrSlug: string, hidden: boolean): Promise<Found> {
	const known = recent.get(idOrSlug) ?? recent.get(idsBySlug.get(idOrSlug) ?? "");
	if (known && (known.slug === idOrSlug || known.id === idOrSlug)) {
		const figures = await figuresOf(variantIds(known));
		if (known.variants.every(({ id }) => isOf(known, figures.get(id)))) return shown(known, figures, hidden);
	}
	// An id has its underscore, a slug never has one.
	const product = await (idOrSlug.includes("_") ? products.find(idOrSlug) : findBySlug(idOrSlug));
	if (!product || product.status === "deleted") throw fail("not_found");
	recent.set(product.id, product);
	idsBySlug.set(product.slug, product.id);
	return shown(product, await figuresOf(variantIds(product)), hidden);
}

function shown(product: ProductState, figures: Found["figures"], hidden: boolean): Found {
	if (product.status !== "active" && !hidden) throw fail("not_found");
	return { product, figures };
}

const isOf = (product: ProductState, figures: Figures | undefined) =>
	figures?.productRev === product.rev && figures.productId === product.id;

/** Stock of all variants of these products: one command. */
export const stockOf = (list: ProductState[]) => figuresOf(list.flatMap(variantIds));

const variantIds = (product: ProductState) => product.variants.map(({ id }) => id);
