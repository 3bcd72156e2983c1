import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { listProducts } from "../../../schemas/product.ts";
import { seesHidden } from "../access.ts";
import { pageOf } from "../pages.ts";

export default action(listProducts, (ctx) => {
	const { status = "active", category, vendor, tag, ...page } = ctx.params;
	if (status !== "active" && !seesHidden(ctx.meta)) throw fail("forbidden");
	return pageOf(
		{
			status,
			...(category === undefined ? {} : { categories: category }),
			...(vendor === undefined ? {} : { vendor }),
			...(tag === undefined ? {} : { tags: tag }),
		},
		page,
	);
});
