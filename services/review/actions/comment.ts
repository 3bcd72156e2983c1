import { action, call } from "../../../runtime/action.ts";
import { newId } from "../../../runtime/ids.ts";
import { commentReview } from "../../../schemas/review.ts";
import { contact } from "../../../schemas/user.ts";
import { isModerator, personOf, seen } from "../access.ts";
import { commented } from "../domain.ts";
import { reviews } from "../model.ts";
import { present, shortName } from "../present.ts";

export default action(commentReview, async (ctx) => {
	const { id, body, parentId = null } = ctx.params;
	const userId = personOf(ctx.meta);
	const { name } = await call(ctx, contact, { id: userId });
	const comment = {
		id: newId("com"),
		userId,
		author: shortName(name),
		staff: isModerator(ctx.meta),
		parentId,
		body,
		at: new Date().toISOString(),
	};
	return present(await reviews.change(id, (review) => commented(seen(review, ctx.meta), comment)));
});
