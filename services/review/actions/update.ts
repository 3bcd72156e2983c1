import { action } from "../../../runtime/action.ts";
import { setting } from "../../../runtime/config.ts";
import { updateReview } from "../../../schemas/review.ts";
import { personOf } from "../access.ts";
import { edited } from "../domain.ts";
import { reviews } from "../model.ts";
import { present } from "../present.ts";

export default action(updateReview, async ({ params: { id, ...change }, meta }) => {
	const userId = personOf(meta);
	const moderation = setting("REVIEW_MODERATION") === "on";
	return present(await reviews.change(id, (review) => edited(review, userId, change, moderation, new Date())));
});
