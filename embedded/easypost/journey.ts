import { now } from "./ids.ts";
import type { Address } from "./verify.ts";

export const STATUSES = [
	"unknown",
	"pre_transit",
	"in_transit",
	"out_for_delivery",
	"delivered",
	"available_for_pickup",
	"return_to_sender",
	"failure",
	"cancelled",
	"error",
] as const;
export type Status = (typeof STATUSES)[number];

export interface TrackingDetail {
	object: "TrackingDetail";
	message: string;
	description: string | null;
	status: Status;
	status_detail: string;
	datetime: string;
	source: string;
	carrier_code: string | null;
	tracking_location: Location;
	est_delivery_date: string | null;
}

export interface Location {
	object: "TrackingLocation";
	city: string | null;
	state: string | null;
	country: string | null;
	zip: string | null;
}

/** What the carrier's scan says, its code, EasyPost's detail, and at which end of the way it is made. */
const SCANS: Record<
	Status,
	readonly [message: string, code: string, detail: string, at: "origin" | "destination" | null]
> = {
	unknown: ["Status unknown", "", "unknown", null],
	pre_transit: ["Shipment information sent to {carrier}", "OC", "label_created", "origin"],
	in_transit: ["Departed {carrier} location", "DP", "departed_facility", "origin"],
	out_for_delivery: ["On {carrier} vehicle for delivery", "OD", "out_for_delivery", "destination"],
	delivered: ["Delivered", "DL", "arrived_at_destination", "destination"],
	available_for_pickup: ["Ready for recipient pickup", "HP", "arrived_at_pickup_location", "destination"],
	return_to_sender: ["Returning package to shipper", "RS", "return", "destination"],
	failure: ["Unable to deliver shipment", "CA", "failure", "destination"],
	cancelled: ["Shipment cancelled by sender", "CA", "cancelled", "origin"],
	error: ["Tracking failed", "", "unknown", null],
};

const NEXT: Partial<Record<Status, Status>> = {
	unknown: "pre_transit",
	pre_transit: "in_transit",
	in_transit: "out_for_delivery",
	out_for_delivery: "delivered",
	available_for_pickup: "delivered",
};

/** The usual next status, or null at the end of the way. */
export const nextStatus = (status: Status): Status | null => NEXT[status] ?? null;

/** No carrier reports anything after these. */
export const isFinal = (status: Status): boolean =>
	status === "delivered" || status === "return_to_sender" || status === "failure" || status === "cancelled";

/** The statuses a parcel passed on its usual way to this one. */
export function wayTo(status: Status): Status[] {
	const usual: Status[] = ["pre_transit", "in_transit", "out_for_delivery", "delivered"];
	const index = usual.indexOf(status);
	if (index >= 0) return usual.slice(0, index + 1);
	return status === "unknown" || status === "error" ? [] : ["pre_transit", "in_transit", status];
}

/** One scan, at the place where it is made. */
export function scan(
	status: Status,
	carrier: string,
	ends: { origin: Location; destination: Location },
	at: Date = new Date(),
): TrackingDetail {
	const [message, code, detail, end] = SCANS[status];
	const text = message.replace("{carrier}", carrier);
	return {
		object: "TrackingDetail",
		message: text,
		description: text,
		status,
		status_detail: detail,
		datetime: now(at),
		source: carrier,
		carrier_code: code,
		tracking_location: end ? ends[end] : location(null),
		est_delivery_date: null,
	};
}

/** Where an address lies, or a place of which nothing is known. */
export const location = (address: Address | null): Location => ({
	object: "TrackingLocation",
	city: address?.city?.toUpperCase() ?? null,
	state: address?.state?.toUpperCase() ?? null,
	country: address?.country ?? null,
	zip: address?.zip ?? null,
});
