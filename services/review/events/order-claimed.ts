import { consumer } from "../../../runtime/events/consumer.ts";
import { orderClaimed } from "../../../schemas/events.ts";
import { brought } from "../purchases.ts";

/** What a guest was brought is what its person was brought. */
export default consumer(orderClaimed, "claim-purchases", ({ data: { userId, productIds, orderId } }) =>
	brought(userId, productIds, orderId),
);
