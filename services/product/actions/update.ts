import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { updateProduct } from "../../../schemas/product.ts";
import { stockOf } from "../catalogue.ts";
import { prepare } from "../input.ts";
import { products } from "../model.ts";
import { alterProduct } from "../save.ts";
import { productView } from "../view.ts";

export default action(updateProduct, async (ctx) => {
	const { id, ...input } = ctx.params;
	const own = await products.get(id);
	if (own.status === "deleted") throw fail("not_found");
	if (ctx.meta.ifMatch !== undefined && ctx.meta.ifMatch !== own.rev) throw fail("precondition_failed");
	const slug = input.slug === own.slug ? undefined : input.slug;
	if (slug !== undefined && (await products.findOne({ slug }))) throw fail("slug_taken", { slug });
	const { patch, fresh } = await prepare(input, own);
	const { product } = await alterProduct(id, () => patch, { fresh, slug, expected: ctx.meta.ifMatch });
	return productView(product, await stockOf([product]));
});
