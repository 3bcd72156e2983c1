import { type ShipmentState, told } from "./domain.ts";
import { shipments } from "./model.ts";
import { trackingUrl } from "./view.ts";

/** Changes a shipment and publishes what became of it. @throws not_found, and what `decide` throws */
export const changeShipment = (id: string, decide: (state: ShipmentState) => ShipmentState): Promise<ShipmentState> =>
	shipments.change(id, (state) => {
		const next = decide(state);
		return next === state ? { state } : told(next, trackingUrl(next));
	});

/** Changes what nobody outside has to hear of. */
export const noteShipment = (id: string, decide: (state: ShipmentState) => ShipmentState): Promise<ShipmentState> =>
	shipments.change(id, (state) => ({ state: decide(state) }));
