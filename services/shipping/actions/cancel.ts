import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { cancelShipments } from "../../../schemas/shipping.ts";
import { changeShipment } from "../change.ts";
import { cancelled, onItsWay, type ShipmentState } from "../domain.ts";
import { cancellations, shipments } from "../model.ts";
import { easypost } from "../providers/easypost.ts";

/**
 * The carrier has the last word on what is on its way: it gives postage back only before that. The order is marked before its
 * parcels are looked for, and whoever buys postage looks for the mark after the parcel was stored: of two at once, one sees the
 * other.
 */
export default action(cancelShipments, async ({ params: { orderId } }) => {
	await mark(orderId);
	const done = await cancelAll(orderId);
	if (!done) await cancellations.remove(orderId);
	return { cancelled: done };
});

async function mark(id: string): Promise<void> {
	try {
		await cancellations.insert({ id, at: new Date().toISOString() });
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
	}
}

async function cancelAll(orderId: string): Promise<boolean> {
	const all = await shipments.findMany({ orderId });
	if (all.some(onItsWay)) return false;
	for (const shipment of all) {
		if (shipment.status === "cancelled") continue;
		const bought = shipment.labelUrl !== null;
		if (bought && (await refunded(shipment)) === "moving") return false;
		const at = new Date().toISOString();
		const state = await changeShipment(shipment.id, (current) => cancelled(current, at, bought));
		if (state.status !== "cancelled") return false;
	}
	return true;
}

async function refunded({ parcelId }: ShipmentState) {
	try {
		return await easypost.refund(parcelId!);
	} catch (error) {
		throw fail("provider_failed", {}, `The carrier could not be asked for the postage: ${(error as Error).message}`);
	}
}
