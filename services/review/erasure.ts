import type { ReviewState } from "./domain.ts";

/** Stands where the author's name was. */
export const DELETED = "deleted";
/** Stands where words were that name their author. */
const WORDS = "[deleted]";

const CONTACT = /[^\s@]+@[^\s@]+\.[^\s@]+|\+?\d[\d\s().-]{6,}\d/;

/**
 * Words stay, without their author, unless they tell of him: an address, a phone number, or a part of the name.
 * @param author first name and initial, as they are shown
 */
function kept(text: string, author: string): string {
	const names = author.split(/\s+/).filter((name) => [...name.replace(/\.$/, "")].length > 1);
	const lower = text.toLowerCase();
	return CONTACT.test(text) || names.some((name) => lower.includes(name.toLowerCase())) ? WORDS : text;
}

/** The stars and the words stay for others; the id stands for the author, as every author has one review of a product. */
export function withoutAuthor(review: ReviewState): ReviewState {
	const { id, author, title, body } = review;
	return { ...review, userId: id, author: DELETED, title: kept(title, author), body: kept(body, author) };
}

export function withoutComments(review: ReviewState, { userId }: { userId: string }): ReviewState {
	const comments = review.comments.map((comment) =>
		comment.userId === userId
			? { ...comment, userId: DELETED, author: DELETED, body: kept(comment.body, comment.author) }
			: comment,
	);
	return { ...review, comments };
}

/** A report still calls the staff; its words were for them alone and go. */
export function withoutReports(review: ReviewState, { userId }: { userId: string }): ReviewState {
	const reports = review.reports.map((report) =>
		report.userId === userId ? { ...report, userId: DELETED, reason: WORDS } : report,
	);
	return { ...review, reports };
}
