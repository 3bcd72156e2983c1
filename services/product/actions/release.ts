import { action } from "../../../runtime/action.ts";
import { releaseStock } from "../../../schemas/product.ts";
import { decideAll, errorOf, linesOf } from "../lines.ts";
import { release } from "../stock.ts";

export default action(releaseStock, async (ctx) => {
	const { reference } = ctx.params;
	const known = (await linesOf(ctx.params.lines)).filter(({ variantId }) => variantId !== null);
	const results = await decideAll(known, (variant) => release(variant, reference));
	const error = errorOf(results);
	if (error !== undefined) throw error;
	return { released: results.some(({ changed }) => changed) };
});
