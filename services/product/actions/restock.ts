import { action } from "../../../runtime/action.ts";
import { restock as contract } from "../../../schemas/product.ts";
import { settledIn } from "../ledger.ts";
import { decideAll, errorOf, linesOf } from "../lines.ts";
import { restock, restockOf } from "../stock.ts";

export default action(contract, async (ctx) => {
	const { reference } = ctx.params;
	const known = (await linesOf(ctx.params.lines)).filter(({ variantId }) => variantId !== null);
	const done = await settledIn(
		known.map(({ variantId }) => variantId!),
		restockOf(reference),
	);
	const left = known.filter(({ variantId }) => !done.has(variantId!));
	const results = await decideAll(left, (variant, { quantity }) => restock(variant, reference, quantity));
	const error = errorOf(results);
	if (error !== undefined) throw error;
	return { restocked: results.some(({ changed }) => changed) };
});
