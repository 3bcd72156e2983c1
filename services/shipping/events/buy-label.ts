import { consumer } from "../../../runtime/events/consumer.ts";
import { shipmentUpdated } from "../../../schemas/events.ts";
import { seeToPostage } from "../postage.ts";

/** After these deliveries the sweep goes on with it. */
const ATTEMPTS = 4;

/** Buys the label of a shipment, and gives its postage back when it was cancelled meanwhile. */
export default consumer(shipmentUpdated, "see-to-postage", async ({ data: { shipmentId, status }, attempt }) => {
	if (status !== "pending" && status !== "cancelled") return;
	try {
		await seeToPostage(shipmentId);
	} catch (error) {
		if (attempt < ATTEMPTS) throw error;
	}
});
