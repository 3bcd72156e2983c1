import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { voteReview } from "../../../schemas/review.ts";
import { personOf, readReview } from "../access.ts";
import { present } from "../present.ts";
import { vote } from "../votes.ts";

export default action(voteReview, async ({ params: { id, helpful }, meta }) => {
	const userId = personOf(meta);
	const review = await readReview(id, meta);
	if (review.userId === userId) throw fail("forbidden", {}, "Nobody votes on their own review");
	return present(await vote(id, userId, helpful));
});
