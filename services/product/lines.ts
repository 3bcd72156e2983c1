import { codeOf } from "../../runtime/errors.ts";
import type { Decision } from "../../runtime/store/aggregate.ts";
import type { StockLine } from "../../schemas/product.ts";
import { type VariantState, variants } from "./model.ts";
import { outOfStock } from "./stock.ts";
import { identify } from "./variants.ts";

/** A line with its variant's id; null for a SKU that nobody knows. */
export interface Line extends StockLine {
	variantId: string | null;
}

/**
 * Lines that share a SKU summed up, in the order of SKUs: calls that want the same goods then meet in every mailbox in
 * the same order, so that one of them gets all and not each a part.
 */
export async function linesOf(lines: StockLine[]): Promise<Line[]> {
	const quantities = new Map<string, number>();
	for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
	const summed = [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
	const ids = await identify(summed.map(({ sku }) => sku));
	return summed.map((line, n) => ({ ...line, variantId: ids[n] ?? null }));
}

/** What a decision did to a line: the state it led to, or the error that refused it. */
export interface Result {
	line: Line;
	state?: VariantState;
	changed: boolean;
	error?: unknown;
}

/** Decides all lines at once, in one command where the variants are remembered. */
export function decideAll(
	lines: Line[],
	decide: (variant: VariantState, line: Line) => Decision<VariantState>,
): Promise<Result[]> {
	return Promise.all(
		lines.map(async (line): Promise<Result> => {
			const { variantId, sku, quantity } = line;
			if (variantId === null)
				return { line, changed: false, error: outOfStock([{ sku, requested: quantity, available: 0 }]) };
			let changed = false;
			try {
				const state = await variants.change(variantId, (variant) => {
					const decision = decide(variant, line);
					changed = decision.state !== variant;
					return decision;
				});
				return { line, state, changed };
			} catch (error) {
				return { line, changed: false, error };
			}
		}),
	);
}

/** One error for all lines that were short; any other error comes first. */
export function errorOf(results: Result[]): unknown {
	const errors = results.filter(({ error }) => error !== undefined).map(({ error }) => error);
	if (errors.length === 0) return undefined;
	const other = errors.find((error) => codeOf(error) !== "out_of_stock");
	if (other) return other;
	return outOfStock(
		errors.flatMap((error) => (error as { data: { lines: Parameters<typeof outOfStock>[0] } }).data.lines),
	);
}
