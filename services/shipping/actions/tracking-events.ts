import { action } from "../../../runtime/action.ts";
import { trackingEvents } from "../../../schemas/shipping.ts";
import { trackedShipment } from "../access.ts";
import { isOver } from "../domain.ts";

export default action(trackingEvents, async ({ params: { token, after = 0 } }) => {
	const shipment = await trackedShipment(token);
	return {
		events: shipment.events
			.filter(({ seq }) => seq > after)
			.map(({ seq, at, status, message }) => ({ id: seq, at, type: status, message })),
		done: isOver(shipment),
	};
});
