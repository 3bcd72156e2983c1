import { action } from "../../../runtime/action.ts";
import { hashOf } from "../../../runtime/ids.ts";
import { myOrders } from "../../../schemas/order.ts";
import { claimOrders } from "../claim.ts";
import { orders } from "../model.ts";
import { present } from "../present.ts";

export default action(myOrders, async (ctx) => {
	const { userId, email, emailVerified } = ctx.meta;
	// Also what was ordered as a guest since the address was proven.
	if (userId && email && emailVerified) await claimOrders(userId, hashOf(email.toLowerCase()));
	const { data, nextCursor } = await orders.page({ userId }, ctx.params);
	return { data: data.map(present), nextCursor };
});
