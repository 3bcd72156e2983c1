import { action } from "../../../runtime/action.ts";
import { reportReview } from "../../../schemas/review.ts";
import { personOf, seen } from "../access.ts";
import { reported } from "../domain.ts";
import { reviews } from "../model.ts";

export default action(reportReview, async ({ params: { id, reason }, meta }) => {
	const report = { userId: personOf(meta), reason, at: new Date().toISOString() };
	await reviews.change(id, (review) => reported(seen(review, meta), report));
	return null;
});
