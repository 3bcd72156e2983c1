import { action, type Meta } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { isHashOf } from "../../../runtime/ids.ts";
import { getShipment } from "../../../schemas/shipping.ts";
import type { ShipmentState } from "../domain.ts";
import { shipments } from "../model.ts";
import { shipmentView } from "../view.ts";

export default action(getShipment, async ({ params, meta }) => {
	const shipment = await shipments.get(params.id);
	if (!mayRead(shipment, meta)) throw fail("not_found");
	return shipmentView(shipment);
});

/** The order's person, who holds the order's token, and staff. */
const mayRead = ({ userId, tokenHash }: ShipmentState, meta: Meta): boolean =>
	(userId !== null && userId === meta.userId) ||
	isHashOf(tokenHash, meta.orderToken) ||
	(meta.scopes?.includes("orders:read") ?? false);
