import { action } from "../../../runtime/action.ts";
import { encodeCursor } from "../../../runtime/store/page.ts";
import { moderationQueue } from "../../../schemas/review.ts";
import { reviews } from "../model.ts";
import { fitting, present } from "../present.ts";

export default action(moderationQueue, async ({ params: { status, limit, cursor } }) => {
	const filter = status === "reported" ? { reported: true } : status ? { status } : {};
	const { data, nextCursor } = await reviews.page(filter, { limit, cursor });
	const shown = data.slice(0, fitting(data));
	return {
		data: shown.map((review) => present(review, true)),
		nextCursor: shown.length < data.length ? encodeCursor([shown.at(-1)!.id]) : nextCursor,
	};
});
