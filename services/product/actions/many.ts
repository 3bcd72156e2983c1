import { action } from "../../../runtime/action.ts";
import { productsById } from "../../../schemas/product.ts";
import { stockOf } from "../catalogue.ts";
import { products } from "../model.ts";
import { listEntry } from "../view.ts";

export default action(productsById, async (ctx) => {
	const ids = [...new Set(ctx.params.ids)];
	const found = (await Promise.all(ids.map((id) => products.find(id)))).filter(
		(product) => product?.status === "active",
	);
	const figures = await stockOf(found.map((product) => product!));
	return { data: found.map((product) => listEntry(product!, figures)) };
});
