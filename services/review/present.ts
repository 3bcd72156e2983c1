import type { Review } from "../../schemas/review.ts";
import type { ReviewState } from "./domain.ts";

/** A review as people see it; reports are for moderators. */
export function present(review: ReviewState, moderator = false): Review {
	const { id, productId, rating, title, body, author, verified, status, helpful, unhelpful, createdAt, updatedAt } =
		review;
	return {
		id,
		productId,
		rating,
		title,
		body,
		author,
		verified,
		status,
		helpful,
		unhelpful,
		comments: review.comments.map(({ userId: _, ...comment }) => comment),
		...(moderator ? { reports: review.reports.map(({ reason, at }) => ({ reason, at })) } : {}),
		createdAt,
		updatedAt,
		version: review.rev,
	};
}

/** "Ada L." of "Ada King Lovelace": enough to tell people apart, too little to find them. */
export function shortName(name: string): string {
	const [first = "", ...rest] = name.trim().split(/\s+/u);
	const initial = [...(rest.at(-1) ?? "")][0];
	return initial ? `${first} ${initial.toUpperCase()}.` : first;
}

/** Characters that a page may hold, well below the largest message of NATS (1 MiB) however they are encoded. */
const PAGE_BUDGET = 200_000;

/** How many of these fit one page: at least one. */
export function fitting(reviews: ReviewState[]): number {
	let used = 0;
	for (const [index, { body, comments }] of reviews.entries()) {
		used += body.length + comments.reduce((sum, comment) => sum + comment.body.length, 500);
		if (used > PAGE_BUDGET && index > 0) return index;
	}
	return reviews.length;
}
