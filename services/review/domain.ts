import { fail } from "../../runtime/errors.ts";
import { type Decision, type Fact, fact } from "../../runtime/store/aggregate.ts";
import { reviewChanged } from "../../schemas/events.ts";

export interface CommentState {
	id: string;
	userId: string;
	author: string;
	staff: boolean;
	parentId: string | null;
	body: string;
	at: string;
}

export interface Report {
	userId: string;
	reason: string;
	at: string;
}

export interface ReviewState {
	id: string;
	rev: number;
	productId: string;
	/** The author; with the product unique. */
	userId: string;
	/** First name and initial, as they were. */
	author: string;
	rating: number;
	title: string;
	body: string;
	verified: boolean;
	status: "pending" | "approved" | "rejected";
	helpful: number;
	unhelpful: number;
	comments: CommentState[];
	reports: Report[];
	reported: boolean;
	createdAt: string;
	updatedAt: string;
}

const MOST_COMMENTS = 100;
const MOST_REPORTS = 100;

type Written = Pick<ReviewState, "rating" | "title" | "body">;

/** A review as it is posted; with moderation it waits. */
export function posted(
	fields: Written & Pick<ReviewState, "id" | "productId" | "userId" | "author" | "verified">,
	moderation: boolean,
	now: Date,
): Omit<ReviewState, "rev"> {
	const at = now.toISOString();
	return {
		...fields,
		status: moderation ? "pending" : "approved",
		helpful: 0,
		unhelpful: 0,
		comments: [],
		reports: [],
		reported: false,
		createdAt: at,
		updatedAt: at,
	};
}

/** Whether somebody may know of it: what is not approved is seen by its author and by moderators only. */
export function isVisible(review: ReviewState, who: { userId?: string; moderator: boolean }): boolean {
	return review.status === "approved" || who.moderator || review.userId === who.userId;
}

/** Other words or stars. What moderators have to see, or have refused, waits for them. @throws not_found for a stranger */
export function edited(
	review: ReviewState,
	userId: string,
	change: Partial<Written>,
	moderation: boolean,
	now: Date,
): Decision<ReviewState> {
	if (review.userId !== userId) throw fail("not_found");
	const { rating = review.rating, title = review.title, body = review.body } = change;
	if (rating === review.rating && title === review.title && body === review.body) return { state: review };
	const status = !moderation && review.status === "approved" ? "approved" : "pending";
	return withFact(review, { ...review, rating, title, body, status, updatedAt: now.toISOString() });
}

/** A moderator's word; it answers the reports that there were. */
export function moderated(review: ReviewState, status: "approved" | "rejected"): Decision<ReviewState> {
	if (review.status === status && !review.reported) return { state: review };
	return withFact(review, { ...review, status, reports: [], reported: false });
}

/** @throws not_found for an unknown comment to answer, quantity_exceeded */
export function commented(review: ReviewState, comment: CommentState): Decision<ReviewState> {
	if (comment.parentId && !review.comments.some(({ id }) => id === comment.parentId)) throw fail("not_found");
	if (review.comments.length >= MOST_COMMENTS) throw fail("quantity_exceeded", { maximum: MOST_COMMENTS });
	return { state: { ...review, comments: [...review.comments, comment] } };
}

/** A person's first report counts; beyond a hundred, more tell nothing. */
export function reported(review: ReviewState, report: Report): Decision<ReviewState> {
	const known = review.reports.some(({ userId }) => userId === report.userId);
	if (known || review.reports.length >= MOST_REPORTS) return { state: review };
	return { state: { ...review, reports: [...review.reports, report], reported: true } };
}

export const changed = ({ id, productId }: Pick<ReviewState, "id" | "productId">): Fact =>
	fact(reviewChanged, { reviewId: id, productId });

/** Stars that the product's rating counts. */
const counts = ({ status, rating }: ReviewState) => (status === "approved" ? rating : 0);

function withFact(before: ReviewState, state: ReviewState): Decision<ReviewState> {
	return counts(before) === counts(state) ? { state } : { state, facts: [changed(state)] };
}
