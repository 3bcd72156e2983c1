import { consumer, isFirst } from "../../../runtime/events/consumer.ts";
import { shipmentUpdated } from "../../../schemas/events.ts";
import { seeToPostage } from "../postage.ts";

/** After these deliveries the sweep goes on with it. */
const ATTEMPTS = 4;

/** Buys the label of a shipment, and gives its postage back when it was cancelled meanwhile. */
export default consumer(shipmentUpdated, "see-to-postage", async (event) => {
	const { shipmentId, status } = event.data;
	if (status !== "pending" && status !== "cancelled") return;
	try {
		await seeToPostage(shipmentId, isFirst(event));
	} catch (error) {
		if (event.attempt < ATTEMPTS) throw error;
	}
});
