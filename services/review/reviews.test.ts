import test, { type ExecutionContext } from "ava";
import { endings } from "../../runtime/testing.ts";
import { orderDelivered } from "../../schemas/events.ts";
import { getProduct } from "../../schemas/product.ts";
import {
	commentReview,
	deleteReview,
	listReviews,
	moderationQueue,
	postReview,
	rejectReview,
	reportReview,
	updateReview,
	voteReview,
} from "../../schemas/review.ts";
import orderDeliveredConsumer from "./events/order-delivered.ts";
import reviewChanged from "./events/review-changed.ts";
import { removals, reviews } from "./model.ts";
import { countRating } from "./rating.ts";
import { type Fair, startFair } from "./testing.ts";

const words = { title: "Bright", body: "It shines.\nAll night." };

let fair: Fair;
const ends = endings();
test.before(async () => {
	fair = await startFair(ends);
});
test.after.always(ends.close);

const refused = async (t: ExecutionContext, type: string, promise: Promise<unknown>) =>
	t.like(await t.throwsAsync(promise), { type });

/** The rating that the catalogue shows. */
const shown = async (id: string) => (await fair.ask(getProduct, { id })).rating;

const delivered = (userId: string | null, ...productIds: string[]) =>
	orderDeliveredConsumer.handle(
		{
			id: "orders/ord_1/9/0",
			name: orderDelivered.name,
			aggregate: "ord_1",
			at: "",
			attempt: 1,
			data: { orderId: "ord_1", userId, productIds },
		},
		fair.node.broker,
	);

test.serial("a review changes the product's average", async (t) => {
	const id = await fair.product();
	const ada = await fair.person("Ada King Lovelace");
	const review = await fair.ask(postReview, { id, rating: 4, ...words }, ada);
	t.like(review, {
		productId: id,
		rating: 4,
		author: "Ada L.",
		status: "approved",
		verified: false,
		helpful: 0,
		...words,
	});
	await fair.rated(id, 1, 4);
	await fair.ask(postReview, { id, rating: 5, ...words }, await fair.person());
	await fair.ask(postReview, { id, rating: 5, ...words }, await fair.person());
	await fair.rated(id, 3, 4.67);
	await fair.ask(updateReview, { id: review.id, rating: 1, title: "Dim" }, ada);
	await fair.rated(id, 3, 3.67);
	await fair.ask(deleteReview, { id: review.id }, ada);
	const last = await fair.rated(id, 2, 5);
	await fair.until(async () => (await shown(id))?.average === 5);
	t.deepEqual(await shown(id), { average: 5, count: 2 });
	t.is((await fair.ask(listReviews, { id })).data.length, 2);
	const versions = fair.ratings.filter(({ productId }) => productId === id).map(({ version }) => version);
	t.deepEqual(
		versions,
		versions.toSorted((a, b) => a - b),
	);
	t.is(versions.at(-1), last.version);
});

test.serial("a person reviews a product once, and again only after taking the first away", async (t) => {
	const id = await fair.product();
	const ada = await fair.person();
	const all = await Promise.allSettled(
		Array.from({ length: 5 }, () => fair.ask(postReview, { id, rating: 3, ...words }, ada)),
	);
	t.is(all.filter(({ status }) => status === "fulfilled").length, 1);
	await refused(t, "already_reviewed", fair.ask(postReview, { id, rating: 5, ...words }, ada));
	const [review] = (await fair.ask(listReviews, { id })).data;
	await fair.ask(deleteReview, { id: review!.id }, ada);
	await refused(t, "not_found", fair.ask(deleteReview, { id: review!.id }, ada));
	const again = await fair.ask(postReview, { id, rating: 5, ...words }, ada);
	await fair.rated(id, 1, 5);
	t.deepEqual(
		(await fair.ask(listReviews, { id })).data.map((entry) => entry.id),
		[again.id],
	);
	t.is(await reviews.find(review!.id), null);
	await fair.until(async () => (await removals.find(review!.id)) === null);
});

test.serial("two hundred reviews at once are counted exactly", async (t) => {
	const id = await fair.product();
	const people = await Promise.all(Array.from({ length: 200 }, () => fair.person()));
	const stars = people.map((_, n) => 1 + (n % 5));
	const posted = await Promise.all(
		people.map((person, n) => fair.ask(postReview, { id, rating: stars[n]!, ...words }, person)),
	);
	await fair.rated(id, 200, 3);
	await Promise.all([
		...people.slice(0, 50).map((person, n) => fair.ask(updateReview, { id: posted[n]!.id, rating: 5 }, person)),
		...people.slice(50, 100).map((person, n) => fair.ask(deleteReview, { id: posted[50 + n]!.id }, person)),
	]);
	const { version } = await fair.rated(id, 150, Math.round(((250 + 300) / 150) * 100) / 100);
	await fair.node.relay.drain(3_000);
	const told = () => fair.ratings.filter(({ productId }) => productId === id).length;
	const facts = told();
	for (const { id: reviewId } of posted.slice(0, 100))
		await reviewChanged.handle(
			{ id: "x", name: "review.changed", aggregate: reviewId, at: "", attempt: 2, data: { reviewId, productId: id } },
			fair.node.broker,
		);
	await Promise.all([countRating(id), countRating(id)]);
	t.is(told(), facts);
	t.like(
		fair.ratings.findLast(({ productId }) => productId === id),
		{ version, count: 150 },
	);
	await fair.until(async () => (await shown(id))?.count === 150);
	t.deepEqual(await shown(id), { average: 3.67, count: 150 });
});

test.serial("who was brought the product is a verified buyer, whichever came first", async (t) => {
	const [one, two] = [await fair.product(), await fair.product()];
	const ada = await fair.person();
	const before = await fair.ask(postReview, { id: one, rating: 5, ...words }, ada);
	t.false(before.verified);
	for (const _ of [1, 2]) await delivered(ada.userId, one, two, one);
	await delivered(null, one);
	const after = await fair.ask(postReview, { id: two, rating: 5, ...words }, ada);
	t.true(after.verified);
	t.true((await fair.ask(listReviews, { id: one })).data[0]?.verified);
	const bob = await fair.ask(postReview, { id: one, rating: 1, ...words }, await fair.person("Bob"));
	t.false(bob.verified);
	t.is(bob.author, "Bob");
});

test.serial("reviews are listed by age, stars and help, page by page", async (t) => {
	const id = await fair.product();
	const posted: string[] = [];
	const voters = [await fair.person(), await fair.person(), await fair.person()];
	for (const [n, rating] of [3, 5, 1, 5, 3, 3].entries()) {
		const review = await fair.ask(postReview, { id, rating, ...words }, await fair.person());
		posted.push(review.id);
		for (const voter of voters.slice(0, n % 3)) await fair.ask(voteReview, { id: review.id, helpful: true }, voter);
	}
	const walk = async (more: { sort?: "newest" | "helpful" | "rating" | "-rating"; rating?: number }, meta = {}) => {
		const found: number[] = [];
		let cursor: string | undefined;
		do {
			const page = await fair.ask(listReviews, { id, limit: 2, cursor, ...more }, meta);
			t.true(page.data.length <= 2);
			found.push(...page.data.map((review) => posted.indexOf(review.id)));
			cursor = page.nextCursor ?? undefined;
		} while (cursor);
		return found;
	};
	t.deepEqual(await walk({}), [5, 4, 3, 2, 1, 0]);
	t.deepEqual(await walk({}, voters[0]), [5, 4, 3, 2, 1, 0]);
	t.deepEqual(await walk({ sort: "helpful" }), [5, 2, 4, 1, 3, 0]);
	t.deepEqual(await walk({ sort: "helpful" }, voters[0]), [5, 2, 4, 1, 3, 0]);
	t.deepEqual(await walk({ sort: "-rating" }), [3, 1, 5, 4, 0, 2]);
	t.deepEqual(await walk({ sort: "rating" }), [2, 0, 4, 5, 1, 3]);
	t.deepEqual(await walk({ rating: 3 }), [5, 4, 0]);
	t.deepEqual(await walk({ rating: 2 }), []);
	const { nextCursor } = await fair.ask(listReviews, { id, limit: 2, sort: "helpful" });
	const wrong = fair.ask(listReviews, { id, sort: "rating", cursor: nextCursor as string });
	await refused(t, "validation_failed", wrong);
	await refused(t, "validation_failed", fair.ask(listReviews, { id, sort: "$where" as never }));
});

test.serial("a product is also reviewed and read by its slug, an unknown one is not found", async (t) => {
	const id = await fair.product();
	const { slug } = await fair.ask(getProduct, { id });
	await fair.ask(postReview, { id: slug, rating: 2, ...words }, await fair.person());
	t.is((await fair.ask(listReviews, { id: slug })).data[0]?.productId, id);
	await refused(t, "not_found", fair.ask(postReview, { id: "prod_1", rating: 2, ...words }, await fair.person()));
	await refused(t, "not_found", fair.ask(listReviews, { id: "no-such-lamp" }));
	t.deepEqual(await fair.ask(listReviews, { id: "prod_1" }), { data: [], nextCursor: null });
});

test.serial("a review is its author's to change, and stars and words are what they should be", async (t) => {
	const id = await fair.product();
	const ada = await fair.person();
	const review = await fair.ask(postReview, { id, rating: 2, ...words }, ada);
	const bob = await fair.person("Bob");
	await refused(t, "not_found", fair.ask(updateReview, { id: review.id, rating: 5 }, bob));
	await refused(t, "not_found", fair.ask(deleteReview, { id: review.id }, bob));
	await refused(t, "unauthenticated", fair.ask(postReview, { id, rating: 2, ...words }));
	t.deepEqual(await fair.ask(updateReview, { id: review.id, rating: 2 }, ada), review);
	for (const bad of [
		{ rating: 0 },
		{ rating: 6 },
		{ rating: 4.5 },
		{ rating: "5" },
		{ body: "   \n" },
		{ body: "a\u0000b" },
		{ body: `a${"\u001b"}[31m` },
		{ title: "two\nlines" },
		{ verified: true },
		{ status: "approved" },
	])
		await refused(t, "validation_failed", fair.ask(postReview, { id, rating: 5, ...words, ...bad } as never, bob));
});

test.serial("people and staff comment in threads", async (t) => {
	const id = await fair.product();
	const ada = await fair.person();
	const review = await fair.ask(postReview, { id, rating: 2, ...words }, ada);
	const one = await fair.ask(commentReview, { id: review.id, body: "Which bulb?" }, await fair.person("Bob Ray"));
	const parentId = one.comments[0]!.id;
	const staff = { ...(await fair.person("Cleo Shop")), scopes: ["reviews:moderate"] };
	const two = await fair.ask(commentReview, { id: review.id, body: "E27.", parentId }, staff);
	t.like(two.comments[0], { author: "Bob R.", staff: false, parentId: null, body: "Which bulb?" });
	t.like(two.comments[1], { author: "Cleo S.", staff: true, parentId, body: "E27." });
	t.false("userId" in two.comments[1]!);
	await refused(t, "not_found", fair.ask(commentReview, { id: review.id, body: "?", parentId: "com_1" }, ada));
	await refused(t, "not_found", fair.ask(commentReview, { id: "rev_1", body: "?" }, ada));
	const more = await Promise.allSettled(
		Array.from({ length: 110 }, () => fair.ask(commentReview, { id: review.id, body: "More." }, ada)),
	);
	t.is(more.filter(({ status }) => status === "fulfilled").length, 98);
});

test.serial("a person's last word on a review counts, and nobody votes on their own", async (t) => {
	const id = await fair.product();
	const ada = await fair.person();
	const review = await fair.ask(postReview, { id, rating: 2, ...words }, ada);
	const people = await Promise.all(Array.from({ length: 20 }, () => fair.person()));
	await Promise.all(
		people.flatMap((person) => [
			fair.ask(voteReview, { id: review.id, helpful: true }, person),
			fair.ask(voteReview, { id: review.id, helpful: true }, person),
		]),
	);
	const changedTheirMind = people
		.slice(0, 5)
		.map((person) => fair.ask(voteReview, { id: review.id, helpful: false }, person));
	await Promise.all(changedTheirMind);
	t.like(await reviews.get(review.id), { helpful: 15, unhelpful: 5 });
	await refused(t, "forbidden", fair.ask(voteReview, { id: review.id, helpful: true }, ada));
	await refused(t, "not_found", fair.ask(voteReview, { id: "rev_1", helpful: true }, ada));
});

test.serial("a reported review is seen by moderators with the reasons, and may be hidden", async (t) => {
	const id = await fair.product();
	const review = await fair.ask(postReview, { id, rating: 2, ...words }, await fair.person());
	await fair.rated(id, 1, 2);
	const bob = await fair.person();
	for (const reason of ["spam", "again"]) await fair.ask(reportReview, { id: review.id, reason }, bob);
	await fair.ask(reportReview, { id: review.id, reason: "rude" }, await fair.person());
	const queue = await fair.ask(moderationQueue, { status: "reported" }, fair.moderator);
	t.deepEqual(
		queue.data.find((entry) => entry.id === review.id)?.reports?.map(({ reason }) => reason),
		["spam", "rude"],
	);
	t.false("reports" in (await fair.ask(listReviews, { id })).data[0]!);
	const hidden = await fair.ask(rejectReview, { id: review.id }, fair.moderator);
	t.like(hidden, { status: "rejected", reports: [] });
	await fair.rated(id, 0, 0);
	t.deepEqual((await fair.ask(listReviews, { id })).data, []);
	await refused(t, "not_found", fair.ask(commentReview, { id: review.id, body: "?" }, bob));
});

test.serial("a page of very long reviews is cut where a message would grow too large", async (t) => {
	const id = await fair.product();
	const body = "€".repeat(5_000);
	const people = await Promise.all(Array.from({ length: 60 }, () => fair.person()));
	await Promise.all(people.map((person) => fair.ask(postReview, { id, rating: 5, title: "Long", body }, person)));
	const first = await fair.ask(listReviews, { id, limit: 100 });
	t.true(JSON.stringify(first).length < 300_000 && Buffer.byteLength(JSON.stringify(first)) < 700_000);
	const rest = await fair.ask(listReviews, { id, limit: 100, cursor: first.nextCursor as string });
	t.is(first.data.length + rest.data.length, 60);
});
