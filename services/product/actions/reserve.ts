import { action } from "../../../runtime/action.ts";
import { reserveStock } from "../../../schemas/product.ts";
import { decideAll, errorOf, linesOf } from "../lines.ts";
import { isServed, reserve, unreserve } from "../stock.ts";

export default action(reserveStock, async (ctx) => {
	const { reference, expiresAt } = ctx.params;
	const results = await decideAll(await linesOf(ctx.params.lines), (variant, { quantity }) =>
		reserve(variant, { reference, quantity, expiresAt }),
	);
	const error = errorOf(results);
	// What changed was held just now; what did not may have been held, sold or let go before.
	if (error === undefined)
		return { reserved: results.every(({ changed, state }) => changed || isServed(state!, reference)) };
	// What this very call held; a hold that was there before belongs to an earlier call that succeeded.
	const held = results.filter(({ changed }) => changed).map(({ line }) => line);
	const undone = await decideAll(held, (variant) => unreserve(variant, reference));
	throw errorOf(undone) ?? error;
});
