import { codeOf } from "../../runtime/errors.ts";
import { hashOf } from "../../runtime/ids.ts";
import { mailbox } from "../../runtime/mailbox.ts";
import { gather } from "../../runtime/store/gather.ts";
import type { ReviewState } from "./domain.ts";
import { reviews, type Vote, votes } from "./model.ts";

/** Keeps a person's word, the last one, and counts the review's votes again. */
export async function vote(reviewId: string, userId: string, helpful: boolean): Promise<ReviewState> {
	await keep({ reviewId, userId, helpful });
	return counting.post(reviewId, null);
}

const keep = gather<Omit<Vote, "id" | "rev">, true>(async (words) => {
	const operations = words.map((word) => ({
		updateOne: {
			filter: { _id: `${word.reviewId}-${word.userId}` },
			update: { $set: { ...word, rev: 1 } },
			upsert: true,
		},
	}));
	await votes.documents.bulkWrite(operations as never);
	return words.map(() => true);
});

const counting = mailbox<null, ReviewState>(async (reviewId, batch) => {
	let review: ReviewState | null = null;
	while (!review) review = await counted(reviewId);
	const value = review;
	return batch.map(() => ({ ok: true, value }));
}, 10_000);

/** @returns null when the review changed meanwhile, perhaps by another node's count */
async function counted(reviewId: string): Promise<ReviewState | null> {
	const review = await reviews.get(reviewId);
	const groups = await votes.documents
		.aggregate<{ _id: boolean; n: number }>([{ $match: { reviewId } }, { $group: { _id: "$helpful", n: { $sum: 1 } } }])
		.toArray();
	const of = (word: boolean) => groups.find(({ _id }) => _id === word)?.n ?? 0;
	const helpful = of(true);
	const unhelpful = of(false);
	if (helpful === review.helpful && unhelpful === review.unhelpful) return review;
	try {
		return await reviews.change(reviewId, (state) => ({ state: { ...state, helpful, unhelpful } }), review.rev);
	} catch (error) {
		if (codeOf(error) !== "precondition_failed") throw error;
		return null;
	}
}

const MOST = 500;

/**
 * Keeps a person's words without the person: each under an id that does not tell whose it was, so that reviews count as
 * before. @returns how many
 */
export async function anonymous(userId: string, nobody: string): Promise<number> {
	const own = await votes.findMany({ userId }, { limit: MOST });
	if (own.length === 0) return 0;
	// The same id for the same vote, so that a repeat after a crash adds none.
	const kept = own.map(({ id, reviewId, helpful }) => ({
		updateOne: {
			filter: { _id: `${reviewId}-${hashOf(id).slice(0, 32)}` },
			update: { $set: { reviewId, helpful, userId: nobody, rev: 1 } },
			upsert: true,
		},
	}));
	await votes.documents.bulkWrite(kept as never, { ordered: false });
	await votes.documents.deleteMany({ _id: { $in: own.map(({ id }) => id) } });
	return own.length;
}
