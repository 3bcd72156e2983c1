import { consumer } from "../../../runtime/events/consumer.ts";
import { parcelReported } from "../../../schemas/events.ts";
import { changeShipment } from "../change.ts";
import { reported } from "../domain.ts";
import { shipments } from "../model.ts";

/** A report carries the parcel's whole way, and joining it is the same in any order: no step has to be read again. */
export default consumer(parcelReported, "follow-parcel", async ({ data: { parcelId, ...report } }) => {
	const shipment = await shipments.findOne({ parcelId });
	if (shipment) await changeShipment(shipment.id, (state) => reported(state, report));
});
