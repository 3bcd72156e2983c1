import { notFound, Refusal } from "./errors.ts";
import type { Emit } from "./events.ts";
import { newId, now } from "./ids.ts";
import { isFinal, type Location, nextStatus, type Status, scan, type TrackingDetail, wayTo } from "./journey.ts";
import type { Store } from "./store.ts";

/** EasyPost's Tracker object: https://docs.easypost.com/docs/trackers */
export interface Tracker {
	id: string;
	object: "Tracker";
	mode: "test";
	tracking_code: string;
	status: Status;
	status_detail: string;
	created_at: string;
	updated_at: string;
	signed_by: string | null;
	weight: number | null;
	est_delivery_date: string | null;
	shipment_id: string | null;
	carrier: string;
	tracking_details: TrackingDetail[];
	fees: object[];
	carrier_detail: CarrierDetail;
	finalized: boolean;
	is_return: boolean;
	public_url: string;
}

interface CarrierDetail {
	object: "CarrierDetail";
	service: string | null;
	container_type: string | null;
	est_delivery_date_local: string | null;
	est_delivery_time_local: string | null;
	origin_location: string | null;
	origin_tracking_location: Location;
	destination_location: string | null;
	destination_tracking_location: Location | null;
	guaranteed_delivery_date: string | null;
	alternate_identifier: string | null;
	initial_delivery_attempt: string | null;
}

/** A tracker and what EasyPost does not show of it. `moving`: it goes on by itself when the stand-in is told to. */
export interface TrackerRecord {
	tracker: Tracker;
	origin: Location;
	destination: Location;
	parcelWeight: number | null;
	moving: boolean;
	movedAt: number;
}

export interface Parcelled {
	code: string;
	carrier: string;
	service: string | null;
	origin: Location;
	destination: Location;
	weight: number | null;
	shipmentId: string | null;
	isReturn: boolean;
	estimated: string | null;
}

const placeName = ({ city, state, zip }: Location): string | null =>
	city ? `${city} ${state ?? ""}, ${zip ?? ""}` : null;

/** Makes a tracker that has come as far as `status`, and tells the webhooks. */
export function createTracker(store: Store, emit: Emit, of: Parcelled, status: Status, moving: boolean): Tracker {
	const at = now();
	const id = newId("trk");
	const hours = 3_600_000;
	const way = wayTo(status);
	const details = way.map((step, i) =>
		scan(step, of.carrier, of, new Date(Date.now() - (way.length - 1 - i) * 9 * hours)),
	);
	const tracker: Tracker = {
		id,
		object: "Tracker",
		mode: "test",
		tracking_code: of.code,
		status,
		status_detail: details.at(-1)?.status_detail ?? "unknown",
		created_at: at,
		updated_at: at,
		signed_by: status === "delivered" ? "John Tester" : null,
		weight: null,
		est_delivery_date: of.estimated,
		shipment_id: of.shipmentId,
		carrier: of.carrier,
		tracking_details: details,
		fees: [],
		carrier_detail: {
			object: "CarrierDetail",
			service: of.service,
			container_type: null,
			est_delivery_date_local: of.estimated?.slice(0, 10) ?? null,
			est_delivery_time_local: null,
			origin_location: placeName(of.origin),
			origin_tracking_location: of.origin,
			destination_location: placeName(of.destination),
			destination_tracking_location: of.destination,
			guaranteed_delivery_date: null,
			alternate_identifier: null,
			initial_delivery_attempt: null,
		},
		finalized: isFinal(status),
		is_return: of.isReturn,
		public_url: `https://track.easypost.com/${Buffer.from(`v1:${id}`).toString("base64url")}`,
	};
	store.trackers.put(id, {
		tracker,
		origin: of.origin,
		destination: of.destination,
		parcelWeight: of.weight,
		moving,
		movedAt: Date.now(),
	});
	emit("tracker.created", tracker);
	return tracker;
}

/** By id or by tracking code, the newest of that code. */
export function findTracker(store: Store, key: string): TrackerRecord {
	const record =
		store.trackers.get(key) ?? store.trackers.list({ term: `code:${key}`, newestFirst: true, limit: 1 })[0];
	if (!record) throw notFound();
	return record;
}

/** Adds a scan and moves the tracker to its status (the usual next one unless given). */
export function advance(store: Store, emit: Emit, key: string, wanted?: Status): Tracker {
	return store.state.transaction(() => {
		const record = findTracker(store, key);
		const before = record.tracker;
		const status = wanted ?? nextStatus(before.status);
		if (before.finalized || status === null) {
			throw new Refusal(
				422,
				"TRACKER.FINAL",
				`The parcel ${before.tracking_code} is ${before.status}; nothing comes after it.`,
			);
		}
		const detail = scan(status, before.carrier, record);
		const tracker: Tracker = {
			...before,
			status,
			status_detail: detail.status_detail,
			updated_at: now(),
			weight: record.parcelWeight,
			signed_by: status === "delivered" ? "John Tester" : before.signed_by,
			tracking_details: [...before.tracking_details, detail],
			finalized: isFinal(status),
		};
		const moving = record.moving && nextStatus(status) !== null;
		store.trackers.put(tracker.id, { ...record, tracker, moving, movedAt: Date.now() });
		emit("tracker.updated", tracker, before.status === status ? {} : { status: before.status });
		return tracker;
	});
}
