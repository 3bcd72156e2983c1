import { action, call } from "../../../runtime/action.ts";
import { setting } from "../../../runtime/config.ts";
import { fail } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { getProduct } from "../../../schemas/product.ts";
import { postReview } from "../../../schemas/review.ts";
import { contact } from "../../../schemas/user.ts";
import { personOf } from "../access.ts";
import { changed, posted } from "../domain.ts";
import { reviews } from "../model.ts";
import { present, shortName } from "../present.ts";
import { wasBrought } from "../purchases.ts";

export default action(postReview, async (ctx) => {
	const { id, rating, title, body } = ctx.params;
	const userId = personOf(ctx.meta);
	const [product, { name }] = await Promise.all([call(ctx, getProduct, { id }), call(ctx, contact, { id: userId })]);
	const productId = product.id;
	const verified = await wasBrought(userId, productId);
	const review = posted(
		{ id: newId("rev"), productId, userId, author: shortName(name), rating, title, body, verified },
		setting("REVIEW_MODERATION") === "on",
		new Date(),
	);
	try {
		return present(await reviews.insert(review, [changed(review)], ctx.meta.requestId));
	} catch (error) {
		throw error instanceof DuplicateKeyError ? fail("already_reviewed") : error;
	}
});
