import { action } from "../../../runtime/action.ts";
import { adminOrders } from "../../../schemas/order.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";

export default action(adminOrders, async (ctx) => {
	const { status, ...page } = ctx.params;
	const { data, nextCursor } = await orders.page({ ...(status ? { status } : {}), forgetAt: null }, page);
	return { data: data.map(present), nextCursor };
});
