import type { Meta } from "../../runtime/action.ts";
import { fail } from "../../runtime/errors.ts";
import { isVisible, type ReviewState } from "./domain.ts";
import { reviews } from "./model.ts";

/** The person who asks. @throws unauthenticated */
export function personOf({ userId }: Meta): string {
	if (!userId) throw fail("unauthenticated");
	return userId;
}

export const isModerator = ({ scopes }: Meta): boolean => scopes?.includes("reviews:moderate") ?? false;

/** @throws not_found for one that the caller may not know of, as for one that does not exist */
export function seen(review: ReviewState, meta: Meta): ReviewState {
	if (!isVisible(review, { userId: meta.userId, moderator: isModerator(meta) })) throw fail("not_found");
	return review;
}

export const readReview = async (id: string, meta: Meta): Promise<ReviewState> => seen(await reviews.get(id), meta);
