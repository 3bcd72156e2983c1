import { call } from "../../../runtime/action.ts";
import { consumer } from "../../../runtime/events/consumer.ts";
import { shipmentUpdated } from "../../../schemas/events.ts";
import { type NotificationKind, notify } from "../../../schemas/notification.ts";
import { shipments } from "../model.ts";
import { trackingUrl } from "../view.ts";

const KIND: Partial<Record<string, NotificationKind>> = {
	in_transit: "shipment_sent",
	out_for_delivery: "shipment_sent",
	delivered: "shipment_delivered",
};

/** Tells the buyer when a parcel is on its way and when it arrived; the notification service sends each once. */
export default consumer(shipmentUpdated, "tell-buyer", async ({ data: { shipmentId, status } }, from) => {
	const kind = KIND[status];
	if (!kind) return;
	const shipment = await shipments.get(shipmentId);
	// Whose data was erased is not written to.
	if (shipment.email === "") return;
	await call(from, notify, {
		kind,
		reference: shipmentId,
		userId: shipment.userId,
		email: shipment.email,
		phone: shipment.address.phone ?? null,
		data: {
			number: shipment.orderNumber,
			carrier: shipment.carrier,
			trackingNumber: shipment.trackingNumber,
			trackingUrl: trackingUrl(shipment),
		},
	});
});
