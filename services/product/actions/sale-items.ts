import { action } from "../../../runtime/action.ts";
import { saleItems } from "../../../schemas/product.ts";
import { findForSale, identify } from "../variants.ts";
import { saleItem } from "../view.ts";

export default action(saleItems, async (ctx) => {
	const { variantIds = [], skus = [] } = ctx.params;
	const bySku = skus.length > 0 ? await identify(skus) : [];
	const ids = new Set([...variantIds, ...bySku.filter((id) => id !== null)]);
	const found = await Promise.all([...ids].map(findForSale));
	return { data: found.filter((variant) => variant?.status === "active").map((variant) => saleItem(variant!)) };
});
