import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { deleteReview } from "../../../schemas/review.ts";
import { personOf } from "../access.ts";
import { reviews } from "../model.ts";
import { removeReview } from "../removal.ts";

export default action(deleteReview, async ({ params, meta }) => {
	const userId = personOf(meta);
	const review = await reviews.get(params.id);
	if (review.userId !== userId) throw fail("not_found");
	await removeReview(review);
	return null;
});
