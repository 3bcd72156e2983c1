import { consumer } from "../../../runtime/events/consumer.ts";
import { reviewChanged } from "../../../schemas/events.ts";
import { reviews } from "../model.ts";
import { markVerified, wasBrought } from "../purchases.ts";
import { countRating } from "../rating.ts";

export default consumer(reviewChanged, "rating", async ({ data: { reviewId, productId } }) => {
	await countRating(productId);
	const review = await reviews.find(reviewId);
	// A delivery that was noted while the review was being stored saw no review to mark.
	if (review && !review.verified && (await wasBrought(review.userId, productId))) await markVerified(reviewId);
});
