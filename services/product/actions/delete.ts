import { action } from "../../../runtime/action.ts";
import { deleteProduct } from "../../../schemas/product.ts";
import { dropProduct } from "../save.ts";

export default action(deleteProduct, async (ctx) => {
	await dropProduct(ctx.params.id, ctx.meta.ifMatch);
	return null;
});
