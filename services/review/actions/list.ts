import { action, call } from "../../../runtime/action.ts";
import { getProduct } from "../../../schemas/product.ts";
import { listReviews } from "../../../schemas/review.ts";
import { isModerator } from "../access.ts";
import { reviews } from "../model.ts";
import { cursorAfter, rangeAfter, sortOf } from "../order.ts";
import { fitting, present } from "../present.ts";

export default action(listReviews, async (ctx) => {
	const { id, sort = "newest", rating, limit = 20, cursor } = ctx.params;
	const { userId } = ctx.meta;
	const productId = id.startsWith("prod_") ? id : (await call(ctx, getProduct, { id })).id;
	const seen = userId ? { $or: [{ status: "approved" }, { userId }] } : { status: "approved" };
	const found = await reviews.findMany(
		{
			productId,
			...(rating ? { rating } : {}),
			...(cursor ? { $and: [seen, rangeAfter(sort, cursor)] } : seen),
		},
		{ sort: sortOf(sort), limit: limit + 1 },
	);
	const data = found.slice(0, Math.min(limit, fitting(found)));
	const more = found.length > data.length;
	return {
		data: data.map((review) => present(review, isModerator(ctx.meta))),
		nextCursor: more ? cursorAfter(sort, data.at(-1)!) : null,
	};
});
