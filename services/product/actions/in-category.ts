import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { categoryProducts } from "../../../schemas/product.ts";
import { findCategory } from "../categories.ts";
import { pageOf } from "../pages.ts";

export default action(categoryProducts, async (ctx) => {
	const { id, deep, ...page } = ctx.params;
	const category = await findCategory(id);
	if (!category) throw fail("not_found");
	const { slug } = category;
	return pageOf({ status: "active", categories: slug, ...(deep ? {} : { category: slug }) }, page);
});
