import { LRUCache } from "lru-cache";
import { fail } from "../../runtime/errors.ts";
import { gather } from "../../runtime/store/gather.ts";
import { type VariantState, variants } from "./model.ts";

/** A SKU belongs to one variant for ever, so what was found once need not be asked again. */
const idsBySku = new LRUCache<string, string>({ max: 100_000 });

const findBySku = gather(async (skus: string[]) => {
	const found = await variants.documents
		.find({ sku: { $in: [...new Set(skus)] } }, { projection: { sku: 1 } })
		.toArray();
	for (const { _id, sku } of found) idsBySku.set(sku as string, _id);
	return skus.map((sku) => idsBySku.get(sku) ?? null);
});

/** The variant's id of each SKU, in their order; null for an unknown one. */
export function identify(skus: string[]): Promise<(string | null)[]> {
	return Promise.all(skus.map((sku) => idsBySku.get(sku) ?? findBySku(sku)));
}

/** Forgets what belongs to another database. */
export const forgetSkus = () => idsBySku.clear();

const saleFields = {
	sku: 1,
	productId: 1,
	slug: 1,
	title: 1,
	image: 1,
	price: 1,
	grams: 1,
	requiresShipping: 1,
	status: 1,
	onHand: 1,
	reserved: 1,
} as const;

/** A variant as a cart needs it, without its holds. */
export type ForSale = Pick<VariantState, "id" | keyof typeof saleFields>;

const readForSale = gather(async (ids: string[]) => {
	const found = await read<ForSale>([...new Set(ids)], saleFields);
	return ids.map((id) => found.get(id) ?? null);
});

/** @returns null where there is none */
export const findForSale = (id: string): Promise<ForSale | null> =>
	variants.sole ? variants.find(id) : readForSale(id);

export type Figures = Pick<VariantState, "id" | keyof typeof figureFields>;

const figureFields = { onHand: 1, reserved: 1, productId: 1, productRev: 1 } as const;

const gatherFigures = gather(
	async (groups: string[][]) => {
		const found = await read<Figures>(groups.length === 1 ? groups[0]! : [...new Set(groups.flat())], figureFields);
		return groups.map(() => found);
	},
	{ limit: 50 },
);

/** The stock of variants by id. The map may hold others, too: one command serves all who ask at once. */
export async function figuresOf(ids: string[]): Promise<Map<string, Figures>> {
	if (!variants.sole) return ids.length === 0 ? new Map() : gatherFigures(ids);
	const figures = new Map<string, Figures>();
	const missing: string[] = [];
	for (const id of ids) {
		const held = variants.held(id);
		if (held) figures.set(id, held);
		else missing.push(id);
	}
	for (const found of await Promise.all(missing.map((id) => variants.find(id))))
		if (found) figures.set(found.id, found);
	return figures;
}

async function read<T extends { id: string }>(ids: string[], projection: Record<string, 1>): Promise<Map<string, T>> {
	const filter = { _id: ids.length === 1 ? ids[0] : { $in: ids } };
	const found = await variants.documents.find(filter as never, { projection }).toArray();
	return new Map(found.map(({ _id, ...fields }) => [_id, { id: _id, ...fields } as unknown as T]));
}

/** The id of a SKU's variant. @throws not_found */
export async function known(sku: string): Promise<string> {
	const [id] = await identify([sku]);
	if (!id) throw fail("not_found");
	return id;
}
