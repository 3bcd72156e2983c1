import { Schema } from "mongoose";
import { Collection } from "../../runtime/store/collection.ts";
import type { ReviewState } from "./domain.ts";

const reviewSchema = new Schema(
	{
		_id: String,
		rev: Number,
		productId: String,
		userId: String,
		status: String,
		rating: Number,
		helpful: Number,
		reported: Boolean,
		verified: Boolean,
	},
	{ strict: false },
);
reviewSchema.index({ userId: 1, productId: 1 }, { unique: true });
reviewSchema.index({ productId: 1, _id: -1 });
reviewSchema.index({ productId: 1, helpful: -1, _id: -1 });
// The status stands in it so that a product's sum and count are read from the index alone.
reviewSchema.index({ productId: 1, rating: -1, _id: -1, status: 1 });
reviewSchema.index({ status: 1, _id: -1 });
reviewSchema.index({ reported: 1, _id: -1 });
// Sparse: most reviews have neither.
reviewSchema.index({ "comments.userId": 1 }, { sparse: true });
reviewSchema.index({ "reports.userId": 1 }, { sparse: true });

export const reviews = new Collection<ReviewState>({
	service: "review",
	name: "reviews",
	schema: reviewSchema,
	remember: 1_000,
});

/** A review that is being taken away; `id` is the review's. It holds the fact, as the review's own document goes at once. */
export interface Removal {
	id: string;
	rev: number;
	productId: string;
}

export const removals = new Collection<Removal>({
	service: "review",
	name: "removals",
	schema: new Schema({ _id: String, rev: Number, productId: String }, { strict: false }),
});

/** The stars of a product's approved reviews; `id` is the product's. */
export interface RatingState {
	id: string;
	rev: number;
	sum: number;
	count: number;
}

export const ratings = new Collection<RatingState>({
	service: "review",
	name: "ratings",
	schema: new Schema({ _id: String, rev: Number, sum: Number, count: Number }, { strict: false }),
	remember: 1_000,
});

/** Who was brought what; `id` is `<person>-<product>`. */
export interface Purchase {
	id: string;
	rev: number;
	userId: string;
	productId: string;
	orderId: string;
}

const purchaseSchema = new Schema(
	{ _id: String, userId: String, productId: String, orderId: String },
	{ strict: false },
);
purchaseSchema.index({ userId: 1 });

export const purchases = new Collection<Purchase>({ service: "review", name: "purchases", schema: purchaseSchema });

/** A person's last word on a review; `id` is `<review>-<person>`. */
export interface Vote {
	id: string;
	rev: number;
	reviewId: string;
	userId: string;
	helpful: boolean;
}

const voteSchema = new Schema({ _id: String, reviewId: String, userId: String, helpful: Boolean }, { strict: false });
voteSchema.index({ reviewId: 1, helpful: 1 });
voteSchema.index({ userId: 1 });

export const votes = new Collection<Vote>({ service: "review", name: "votes", schema: voteSchema });
