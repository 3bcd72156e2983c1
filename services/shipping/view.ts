import { publicUrl } from "../../runtime/public-url.ts";
import type { Shipment } from "../../schemas/shipping.ts";
import type { ShipmentState } from "./domain.ts";
import { shownEvents } from "./tracking.ts";

/** Where a buyer follows a parcel without an account. */
export const trackingUrl = ({ trackingToken }: ShipmentState): string => publicUrl(`/#/tracking/${trackingToken}`);

export const shipmentView = (state: ShipmentState): Shipment => ({
	id: state.id,
	orderId: state.orderId,
	status: state.status,
	carrier: state.carrier,
	service: state.service,
	trackingNumber: state.trackingNumber,
	trackingUrl: trackingUrl(state),
	items: state.items.map(({ itemId, quantity }) => ({ itemId, quantity })),
	events: shownEvents(state),
	version: state.rev,
});
