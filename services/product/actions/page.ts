import { action } from "../../../runtime/action.ts";
import { productPage } from "../../../schemas/product.ts";
import { stockOf } from "../catalogue.ts";
import { products } from "../model.ts";
import { listEntry } from "../view.ts";

export default action(productPage, async (ctx) => {
	const { after, limit } = ctx.params;
	const found = await products.findMany(
		{ status: "active", ...(after === undefined ? {} : { _id: { $gt: after } }) },
		{ sort: { _id: 1 }, limit },
	);
	const figures = await stockOf(found);
	return { data: found.map((product) => listEntry(product, figures)) };
});
