import { action } from "../../../runtime/action.ts";
import { trackShipment } from "../../../schemas/shipping.ts";
import { trackedShipment } from "../access.ts";
import { shownEvents } from "../tracking.ts";

export default action(trackShipment, async ({ params }) => {
	const shipment = await trackedShipment(params.token);
	const { status, carrier, service, trackingNumber } = shipment;
	return { status, carrier, service, trackingNumber, events: shownEvents(shipment) };
});
