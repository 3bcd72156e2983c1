import { fact } from "../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../runtime/store/writer.ts";
import { reviewDeleted } from "../../schemas/events.ts";
import type { ReviewState } from "./domain.ts";
import { removals, reviews, votes } from "./model.ts";
import { countRating } from "./rating.ts";

/**
 * Takes a review away. The fact is stored first: whatever happens after it, its consumer finishes. The document goes at
 * once, so that its author may write another.
 */
export async function removeReview({ id, productId }: ReviewState): Promise<void> {
	try {
		await removals.insert({ id, productId }, [fact(reviewDeleted, { reviewId: id, productId })]);
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
	}
	await reviews.remove(id);
}

/** What follows: its votes go, and its stars are no longer counted. */
export async function finishRemoval(id: string, productId: string): Promise<void> {
	await reviews.remove(id);
	await Promise.all([votes.documents.deleteMany({ reviewId: id }), countRating(productId)]);
	await removals.remove(id);
}
