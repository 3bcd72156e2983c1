import { action } from "../../../runtime/action.ts";
import { getProduct } from "../../../schemas/product.ts";
import { seesHidden } from "../access.ts";
import { findProduct } from "../catalogue.ts";
import { productView } from "../view.ts";

export default action(getProduct, async (ctx) => {
	const { product, figures } = await findProduct(ctx.params.id, seesHidden(ctx.meta));
	return productView(product, figures);
});
