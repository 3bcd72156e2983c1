import { action } from "../../../runtime/action.ts";
import { newId, newToken } from "../../../runtime/ids.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { createShipment } from "../../../schemas/shipping.ts";
import { type ShipmentState, updatedFact } from "../domain.ts";
import { shipments } from "../model.ts";
import { RETRY_AFTER } from "../sweep.ts";
import { shipmentView, trackingUrl } from "../view.ts";

/** The label is bought by whoever hears of the shipment, so that a carrier that is down holds nobody up. */
export default action(createShipment, async ({ params }) => {
	const id = newId("shp");
	const at = new Date();
	const state: ShipmentState = {
		...params,
		id,
		rev: 1,
		status: "pending",
		carrier: params.rate.carrier,
		service: params.rate.service,
		trackingNumber: null,
		// Begins with the shipment's own id, so that it is found without an index; the rest is what nobody guesses.
		trackingToken: id.slice(4) + newToken().slice(0, 24),
		labelUrl: null,
		events: [{ seq: 1, at: at.toISOString(), status: "pending", message: "The goods are being packed" }],
		due: new Date(at.getTime() + RETRY_AFTER).toISOString(),
		createdAt: at.toISOString(),
	};
	return shipmentView(await stored(state));
});

/** One for each reference: the one that is there, or this. */
async function stored(state: ShipmentState): Promise<ShipmentState> {
	try {
		return await shipments.insert(state, [updatedFact(state, trackingUrl(state))]);
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
		return (await shipments.findOne({ reference: state.reference }))!;
	}
}
