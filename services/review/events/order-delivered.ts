import { consumer } from "../../../runtime/events/consumer.ts";
import { orderDelivered } from "../../../schemas/events.ts";
import { brought } from "../purchases.ts";

export default consumer(orderDelivered, "purchases", async ({ data: { userId, productIds, orderId } }) => {
	if (userId) await brought(userId, productIds, orderId);
});
