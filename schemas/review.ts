import Type, { type Static } from "typebox";
import { closed, Id, Line, list, Nothing, nullable, page, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";

const Stars = Type.Integer({ minimum: 1, maximum: 5 });
const MARK = "[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]";
/** Plain text of several lines: not only blanks, no control characters but tab and line ends. */
const Text = (maxLength: number) =>
	Type.String({
		minLength: 1,
		maxLength,
		pattern: `^${MARK}*[^\\s\\u0000-\\u001f\\u007f-\\u009f]${MARK}*$`,
	});
const Body = Text(5000);

export const Comment = closed({
	id: Id,
	author: Type.String(),
	staff: Type.Boolean(),
	parentId: nullable(Id),
	body: Type.String(),
	at: Timestamp,
});

export const Review = closed({
	id: Id,
	productId: Id,
	rating: Stars,
	title: Type.String(),
	body: Type.String(),
	author: Type.String({ description: "First name and initial" }),
	verified: Type.Boolean({ description: "The author's order of the product was delivered" }),
	status: Type.Enum(["pending", "approved", "rejected"]),
	helpful: Type.Integer(),
	unhelpful: Type.Integer(),
	comments: Type.Array(Comment),
	reports: Type.Optional(
		Type.Array(closed({ reason: Type.String(), at: Timestamp }), { description: "For moderators only" }),
	),
	createdAt: Timestamp,
	updatedAt: Timestamp,
	version: Type.Integer(),
});
export type Review = Static<typeof Review>;

export const listReviews = contract({
	name: "review.list",
	summary: "Approved reviews of a product, and the caller's own; a page of long ones may hold fewer than `limit`",
	kind: "read",
	params: closed({
		id: Id,
		sort: Type.Optional(Type.Enum(["newest", "helpful", "rating", "-rating"])),
		rating: Type.Optional(Stars),
		...page,
	}),
	result: list(Review),
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/products/:id/reviews", access: "anyone" },
});

export const postReview = contract({
	name: "review.post",
	summary: "Reviews a product, once a person",
	kind: "write",
	params: closed({ id: Id, rating: Stars, title: Line(200), body: Body }),
	result: Review,
	errors: ["not_found", "already_reviewed"],
	route: { method: "POST", path: "/v1/products/:id/reviews", access: "customer", status: 201 },
});

export const updateReview = contract({
	name: "review.update",
	summary: "Changes one's own review",
	kind: "write",
	idempotent: true,
	params: closed({
		id: Id,
		rating: Type.Optional(Stars),
		title: Type.Optional(Line(200)),
		body: Type.Optional(Body),
	}),
	result: Review,
	errors: ["not_found"],
	route: { method: "PATCH", path: "/v1/reviews/:id", access: "customer" },
});

export const deleteReview = contract({
	name: "review.delete",
	summary: "Takes one's own review away",
	kind: "write",
	params: closed({ id: Id }),
	result: Nothing,
	errors: ["not_found"],
	route: { method: "DELETE", path: "/v1/reviews/:id", access: "customer", status: 204 },
});

export const commentReview = contract({
	name: "review.comment",
	summary: "Answers a review or a comment",
	kind: "write",
	params: closed({ id: Id, body: Text(2000), parentId: Type.Optional(Id) }),
	result: Review,
	errors: ["not_found", "quantity_exceeded"],
	route: { method: "POST", path: "/v1/reviews/:id/comments", access: "customer", status: 201 },
});

export const voteReview = contract({
	name: "review.vote",
	summary: "Says whether another's review helps; the last word of a person counts",
	kind: "write",
	idempotent: true,
	params: closed({ id: Id, helpful: Type.Boolean() }),
	result: Review,
	errors: ["not_found", "forbidden"],
	route: { method: "POST", path: "/v1/reviews/:id/votes", access: "customer" },
});

export const reportReview = contract({
	name: "review.report",
	summary: "Calls staff to a review",
	kind: "write",
	idempotent: true,
	params: closed({ id: Id, reason: Line(500) }),
	result: Nothing,
	errors: ["not_found"],
	route: { method: "POST", path: "/v1/reviews/:id/reports", access: "customer", status: 204 },
});

export const moderationQueue = contract({
	name: "review.queue",
	summary: "Reviews by status, for moderators",
	kind: "read",
	params: closed({
		status: Type.Optional(Type.Enum(["pending", "approved", "rejected", "reported"])),
		...page,
	}),
	result: list(Review),
	errors: [],
	route: { method: "GET", path: "/v1/admin/reviews", access: "reviews:moderate" },
});

const moderate = (verb: "approve" | "reject", summary: string) =>
	contract({
		name: `review.${verb}`,
		summary,
		kind: "write",
		idempotent: true,
		params: closed({ id: Id }),
		result: Review,
		errors: ["not_found"],
		route: { method: "POST", path: `/v1/admin/reviews/:id/${verb}`, access: "reviews:moderate" },
	});

export const approveReview = moderate("approve", "Shows a review");
export const rejectReview = moderate("reject", "Hides a review");
