import { consumer } from "../../../runtime/events/consumer.ts";
import { orderClaimed } from "../../../schemas/events.ts";
import { noteShipment } from "../change.ts";
import { shipments } from "../model.ts";

/** The parcels of a guest's order are those of whom the order now belongs to. */
export default consumer(orderClaimed, "claim-shipments", async ({ data: { orderId, userId } }) => {
	const guests = await shipments.findMany({ orderId, userId: null });
	await Promise.all(
		guests.map(({ id }) => noteShipment(id, (state) => (state.userId === null ? { ...state, userId } : state))),
	);
});
