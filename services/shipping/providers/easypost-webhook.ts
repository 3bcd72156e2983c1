import { createHmac, timingSafeEqual } from "node:crypto";
import type { ShipmentStatus } from "../../../schemas/shipping.ts";
import type { Report } from "../tracking.ts";

/** What an event of EasyPost says about a parcel; `shipmentId` is EasyPost's. */
export interface ParcelReport {
	shipmentId: string;
	status: ShipmentStatus | null;
	trackingNumber: string | null;
	events: Report[];
}

/**
 * Whether EasyPost signed this body with the webhook's secret.
 * https://docs.easypost.com/guides/webhooks-guide#hmac-validation
 */
export function isSigned(body: string, signature: string | undefined, secret: string): boolean {
	if (!signature || !secret) return false;
	const digest = createHmac("sha256", secret.normalize("NFKD")).update(body, "utf8").digest("hex");
	const expected = Buffer.from(`hmac-sha256-hex=${digest}`);
	const given = Buffer.from(signature);
	return given.length === expected.length && timingSafeEqual(given, expected);
}

// EasyPost's statuses: https://docs.easypost.com/docs/trackers#tracker-object. `unknown` and `error` tell of the tracking, not of the parcel.
const STATUS: ReadonlyMap<string | undefined, ShipmentStatus> = new Map([
	["pre_transit", "label_created"],
	["in_transit", "in_transit"],
	["out_for_delivery", "out_for_delivery"],
	["available_for_pickup", "out_for_delivery"],
	["delivered", "delivered"],
	["return_to_sender", "returned"],
	["failure", "failed"],
	["cancelled", "cancelled"],
]);

interface Tracker {
	shipment_id?: string | null;
	tracking_code?: string | null;
	status?: string;
	tracking_details?: { datetime?: string; status?: string; message?: string }[];
}

/** The report of a tracker, which carries the parcel's whole way so far; null where it belongs to no shipment. */
export function reportOf(tracker: Tracker): ParcelReport | null {
	if (!tracker.shipment_id) return null;
	return {
		shipmentId: tracker.shipment_id,
		status: STATUS.get(tracker.status) ?? null,
		trackingNumber: tracker.tracking_code ?? null,
		events: (tracker.tracking_details ?? []).flatMap(({ datetime, status, message }) => {
			const known = STATUS.get(status);
			const at = new Date(datetime ?? "");
			return known && !Number.isNaN(at.getTime())
				? [{ at: at.toISOString(), status: known, message: (message ?? "").slice(0, 500) }]
				: [];
		}),
	};
}
