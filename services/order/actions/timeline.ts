import { action } from "../../../runtime/action.ts";
import { orderTimeline } from "../../../schemas/order.ts";
import { isFinal } from "../domain.ts";
import { orders } from "../model.ts";
import { owned } from "../token.ts";

export default action(orderTimeline, async (ctx) => {
	const state = owned(await orders.get(ctx.params.id), ctx.meta);
	return { events: state.timeline.filter(({ id }) => id > (ctx.params.after ?? 0)), done: isFinal(state) };
});
