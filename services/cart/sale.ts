import { type Caller, call } from "../../runtime/action.ts";
import { type SaleItem, saleItems } from "../../schemas/product.ts";

/** Today's prices and stock of variants, by variant id; what is not sold is left out. */
export async function saleOf(
	from: Caller,
	lines: readonly { variantId: string }[],
): Promise<ReadonlyMap<string, SaleItem>> {
	if (lines.length === 0) return new Map();
	const { data } = await call(from, saleItems, { variantIds: lines.map(({ variantId }) => variantId) });
	return byVariant(data);
}

export const byVariant = (items: SaleItem[]): ReadonlyMap<string, SaleItem> =>
	new Map(items.map((item) => [item.variantId, item]));
