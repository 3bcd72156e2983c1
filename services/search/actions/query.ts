import { action } from "../../../runtime/action.ts";
import { search } from "../../../schemas/search.ts";
import { answer } from "../answer.ts";
import { searchCatalogue } from "../fallback.ts";
import { missed } from "../keeper.ts";
import { IndexDown } from "../model.ts";
import { recently } from "../recent.ts";

export default action(search, async (ctx) => {
	try {
		return await recently(ctx.params, () => answer(ctx.params));
	} catch (error) {
		if (!(error instanceof IndexDown)) throw error;
		if (error.isEmpty) missed();
		return searchCatalogue(ctx, ctx.params);
	}
});
