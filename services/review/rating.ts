import { codeOf } from "../../runtime/errors.ts";
import { mailbox } from "../../runtime/mailbox.ts";
import { fact } from "../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../runtime/store/writer.ts";
import { ratingChanged } from "../../schemas/events.ts";
import { type RatingState, ratings, reviews } from "./model.ts";

/**
 * Counts a product's approved reviews again. What is counted are the reviews themselves, so facts that come late, twice or
 * out of order change nothing; those that come together are one count.
 */
export const countRating = (productId: string): Promise<null> => counting.post(productId, null);

const counting = mailbox<null, null>(async (productId, batch) => {
	while (!(await counted(productId)));
	return batch.map(() => ({ ok: true, value: null }));
}, 10_000);

/** @returns false when another node stored its count meanwhile: which of the two saw more is not known */
async function counted(productId: string): Promise<boolean> {
	const rating = (await ratings.find(productId)) ?? (await begun(productId));
	const [total] = await reviews.documents
		.aggregate<Pick<RatingState, "sum" | "count">>([
			{ $match: { productId, status: "approved" } },
			{ $group: { _id: null, sum: { $sum: "$rating" }, count: { $sum: 1 } } },
		])
		.toArray();
	const { sum, count } = total ?? { sum: 0, count: 0 };
	if (sum === rating.sum && count === rating.count) return true;
	const average = count === 0 ? 0 : Math.round((sum / count) * 100) / 100;
	try {
		await ratings.change(
			productId,
			(state) => ({
				state: { ...state, sum, count },
				facts: [fact(ratingChanged, { productId, version: state.rev + 1, average, count })],
			}),
			rating.rev,
		);
		return true;
	} catch (error) {
		if (codeOf(error) !== "precondition_failed") throw error;
		return false;
	}
}

async function begun(productId: string): Promise<RatingState> {
	try {
		return await ratings.insert({ id: productId, sum: 0, count: 0 });
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
		return ratings.get(productId);
	}
}
