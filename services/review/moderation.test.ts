import test from "ava";
import {
	approveReview,
	deleteReview,
	listReviews,
	moderationQueue,
	postReview,
	rejectReview,
	updateReview,
	voteReview,
} from "../../schemas/review.ts";
import { startFair } from "./testing.ts";

test("with moderation a review is seen by its author alone until it is approved", async (t) => {
	const fair = await startFair(t, { REVIEW_MODERATION: "on" });
	const id = await fair.product();
	const ada = await fair.person();
	const bob = await fair.person("Bob");
	const review = await fair.ask(postReview, { id, rating: 4, title: "Bright", body: "It shines." }, ada);
	t.is(review.status, "pending");
	const seenBy = async (meta = {}) => (await fair.ask(listReviews, { id }, meta)).data.length;
	t.deepEqual([await seenBy(), await seenBy(bob), await seenBy(ada)], [0, 0, 1]);
	t.like(await t.throwsAsync(fair.ask(voteReview, { id: review.id, helpful: true }, bob)), { type: "not_found" });

	const queue = async (status?: "pending" | "approved" | "rejected") =>
		(await fair.ask(moderationQueue, { status }, fair.moderator)).data.map((entry) => entry.id);
	t.deepEqual(await queue("pending"), [review.id]);
	for (const _ of [1, 2]) t.is((await fair.ask(approveReview, { id: review.id }, fair.moderator)).status, "approved");
	await fair.rated(id, 1, 4);
	t.deepEqual([await seenBy(), await seenBy(bob), await seenBy(ada)], [1, 1, 1]);
	t.deepEqual(await queue("pending"), []);

	t.is((await fair.ask(updateReview, { id: review.id, body: "It shone." }, ada)).status, "pending");
	await fair.rated(id, 0, 0);
	t.is(await seenBy(bob), 0);
	await fair.ask(rejectReview, { id: review.id }, fair.moderator);
	t.deepEqual(await queue("rejected"), [review.id]);
	t.deepEqual(await queue(), [review.id]);
	t.deepEqual([await seenBy(), await seenBy(ada)], [0, 1]);
	await fair.ask(deleteReview, { id: review.id }, ada);
	t.deepEqual([await queue(), await seenBy(ada)], [[], 0]);
	t.like(await t.throwsAsync(fair.ask(approveReview, { id: review.id }, fair.moderator)), { type: "not_found" });
	t.is(fair.ratings.filter(({ productId }) => productId === id).length, 2);
});
