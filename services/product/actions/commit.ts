import { action } from "../../../runtime/action.ts";
import { codeOf } from "../../../runtime/errors.ts";
import { commitStock } from "../../../schemas/product.ts";
import { settledIn } from "../ledger.ts";
import { decideAll, errorOf, type Line, linesOf } from "../lines.ts";
import { commit, commitOf, HoldGone, uncommit } from "../stock.ts";

export default action(commitStock, async (ctx) => {
	const { reference } = ctx.params;
	const lines = await linesOf(ctx.params.lines);
	const results = await decideAll(lines, (variant, { quantity }) => commit(variant, reference, quantity));
	const gone = results.filter(({ error }) => error instanceof HoldGone).map(({ line }) => line);
	const error = errorOf(results.filter(({ error }) => !(error instanceof HoldGone)));
	if (error !== undefined) {
		// None is sold or all are: what this or an earlier call sold of the others is undone.
		if (codeOf(error) === "out_of_stock") await undo(reference, lines);
		throw error;
	}
	if (gone.length > 0) await takeAvailable(reference, gone, lines);
	return { committed: true };
});

/** Holds are gone: sells from what is available, unless the ledger knows the sale. @throws out_of_stock */
async function takeAvailable(reference: string, gone: Line[], lines: Line[]): Promise<void> {
	const sold = await settledIn(idsOf(gone), commitOf(reference));
	const left = gone.filter(({ variantId }) => !sold.has(variantId!));
	const results = await decideAll(left, (variant, { quantity }) => commit(variant, reference, quantity, true));
	const error = errorOf(results);
	if (error === undefined) return;
	if (codeOf(error) === "out_of_stock") await undo(reference, lines);
	throw error;
}

async function undo(reference: string, lines: Line[]): Promise<void> {
	const known = lines.filter(({ variantId }) => variantId !== null);
	const sold = await settledIn(idsOf(known), commitOf(reference));
	const results = await decideAll(known, (variant, { quantity, variantId }) =>
		uncommit(variant, reference, quantity, sold.has(variantId!)),
	);
	const error = errorOf(results);
	if (error !== undefined) throw error;
}

const idsOf = (lines: Line[]) => lines.map(({ variantId }) => variantId!);
