import { action } from "../../../runtime/action.ts";
import { myOrders } from "../../../schemas/order.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";

export default action(myOrders, async (ctx) => {
	const { data, nextCursor } = await orders.page({ userId: ctx.meta.userId }, ctx.params);
	return { data: data.map(present), nextCursor };
});
