import { consumer } from "../../../runtime/events/consumer.ts";
import { shipmentUpdated } from "../../../schemas/events.ts";
import type { Shipment } from "../../../schemas/shipping.ts";
import { withShipment } from "../domain.ts";
import { orders } from "../model.ts";

export default consumer(shipmentUpdated, "shipment-updated", async (event) => {
	const { shipmentId: id, ...shipment } = event.data;
	await orders.change(shipment.orderId, (order) => withShipment(order, { id, ...shipment } as Shipment, event.at));
});
