import { timingSafeEqual } from "node:crypto";
import { fail } from "../../runtime/errors.ts";
import type { ShipmentState } from "./domain.ts";
import { shipments } from "./model.ts";

/** The shipment of a tracking token. @throws not_found */
export async function trackedShipment(token: string): Promise<ShipmentState> {
	const shipment = await shipments.find(`shp_${token.slice(0, 32)}`);
	const expected = Buffer.from(shipment?.trackingToken ?? "");
	const given = Buffer.from(token);
	if (!shipment || given.length !== expected.length || !timingSafeEqual(given, expected)) throw fail("not_found");
	return shipment;
}
