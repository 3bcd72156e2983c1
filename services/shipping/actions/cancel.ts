import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { cancelShipments } from "../../../schemas/shipping.ts";
import { changeShipment } from "../change.ts";
import { cancelled, onItsWay, type ShipmentState } from "../domain.ts";
import { shipments } from "../model.ts";
import { easypost } from "../providers/easypost.ts";

/** The carrier has the last word on what is on its way: it gives postage back only before that. */
export default action(cancelShipments, async ({ params: { orderId } }) => {
	const all = await shipments.findMany({ orderId });
	if (all.some(onItsWay)) return { cancelled: false };
	for (const shipment of all) {
		if (shipment.status === "cancelled") continue;
		const bought = shipment.labelUrl !== null;
		if (bought && (await refunded(shipment)) === "moving") return { cancelled: false };
		const at = new Date().toISOString();
		const state = await changeShipment(shipment.id, (current) => cancelled(current, at, bought));
		if (state.status !== "cancelled") return { cancelled: false };
	}
	return { cancelled: true };
});

async function refunded({ parcelId }: ShipmentState) {
	try {
		return await easypost.refund(parcelId!);
	} catch (error) {
		throw fail("provider_failed", {}, `The carrier could not be asked for the postage: ${(error as Error).message}`);
	}
}
