import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { reindex } from "../../../schemas/search.ts";
import { fill } from "../fill.ts";
import { isDown } from "../model.ts";

export default action(reindex, async (ctx) => {
	try {
		return await fill(ctx);
	} catch (error) {
		if (isDown(error)) throw fail("unavailable");
		throw error;
	}
});
