import { action } from "../../../runtime/action.ts";
import { codeOf } from "../../../runtime/errors.ts";
import { createProduct } from "../../../schemas/product.ts";
import { stockOf } from "../catalogue.ts";
import { freeSlug, prepare } from "../input.ts";
import { storeProduct } from "../save.ts";
import { productView } from "../view.ts";

export default action(createProduct, async (ctx) => {
	const { slug } = ctx.params;
	const title = ctx.params.title.trim();
	const { patch, fresh } = await prepare(ctx.params);
	for (let attempt = 1; ; attempt++) {
		try {
			const wanted = { ...patch, title, slug: slug ?? (await freeSlug(title)), variants: patch.variants! };
			const product = await storeProduct(wanted, { fresh });
			return productView(product, await stockOf([product]));
		} catch (error) {
			// Two products of one title at once: the other one was quicker, the next number is free.
			if (slug !== undefined || codeOf(error) !== "slug_taken" || attempt >= 5) throw error;
		}
	}
});
