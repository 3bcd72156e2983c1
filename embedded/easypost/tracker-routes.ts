import { parseBody } from "../form.ts";
import type { Route } from "../http.ts";
import { invalid, Refusal, required } from "./errors.ts";
import type { Emit } from "./events.ts";
import { now } from "./ids.ts";
import { location, nextStatus, STATUSES, type Status } from "./journey.ts";
import { page } from "./pages.ts";
import { isObject, text } from "./params.ts";
import type { Store } from "./store.ts";
import { advance, createTracker, findTracker, type Tracker } from "./trackers.ts";
import { carrierOf } from "./tracking-numbers.ts";

// https://docs.easypost.com/docs/trackers
const TEST_CODES: Record<string, Status> = {
	EZ1000000001: "pre_transit",
	EZ2000000002: "in_transit",
	EZ3000000003: "out_for_delivery",
	EZ4000000004: "delivered",
	EZ5000000005: "return_to_sender",
	EZ6000000006: "failure",
	EZ7000000007: "unknown",
};

/** A parcel as the sandbox lists it; `label` is a path of this server. */
function summary(store: Store, tracker: Tracker): object {
	const shipment = tracker.shipment_id === null ? undefined : store.shipments.get(tracker.shipment_id);
	return {
		code: tracker.tracking_code,
		carrier: tracker.carrier,
		service: tracker.carrier_detail.service,
		status: tracker.status,
		final: tracker.finalized,
		next: tracker.finalized ? null : nextStatus(tracker.status),
		reference: shipment?.reference ?? null,
		destination: tracker.carrier_detail.destination_location,
		label: shipment?.postage_label?.label_url ?? null,
		updatedAt: tracker.updated_at,
	};
}

export const trackerRoutes = (store: Store, emit: Emit): Route[] => [
	[
		"POST",
		"/v2/trackers",
		(request) => {
			const body = parseBody(request);
			const fields = isObject(body.tracker) ? body.tracker : body;
			const code = text(fields, "tracking_code")?.trim();
			if (!code) throw required("tracking_code");
			const known = store.trackers.list({ term: `code:${code}`, newestFirst: true, limit: 1 })[0];
			const carrier = text(fields, "carrier") ?? carrierOf(code);
			if (known && (carrier === null || known.tracker.carrier === carrier)) return { status: 201, body: known.tracker };
			if (carrier === null) {
				const message = "We could not determine the carrier for that tracking code.";
				throw new Refusal(422, "TRACKER.CREATE.ERROR", message, [{ field: "carrier", message }]);
			}
			const nowhere = location(null);
			const of = { code, carrier, service: null, origin: nowhere, destination: nowhere, weight: null };
			const tracker = store.state.transaction(() => {
				const status = TEST_CODES[code];
				const rest = { shipmentId: null, isReturn: false, estimated: status ? now() : null };
				const made = createTracker(store, emit, { ...of, ...rest }, status ?? "unknown", false);
				// A test code has its whole history at once, and EasyPost says so by a second event.
				if (status) emit("tracker.updated", made, { status: "unknown" });
				return made;
			});
			return { status: 201, body: tracker };
		},
	],
	[
		"GET",
		"/v2/trackers",
		({ query }) => {
			const code = query.get("tracking_code");
			const { items, more } = page(store.trackers, query, code ? `code:${code}` : undefined);
			return { status: 200, body: { trackers: items.map(({ tracker }) => tracker), has_more: more } };
		},
	],
	["GET", "/v2/trackers/:id", ({ params }) => ({ status: 200, body: findTracker(store, params.id!).tracker })],
	[
		"DELETE",
		"/v2/trackers/:id",
		({ params }) => {
			store.trackers.delete(findTracker(store, params.id!).tracker.id);
			return { status: 204 };
		},
	],
	[
		"GET",
		"/_sandbox/parcels",
		({ query }) => {
			const limit = Math.min(500, Math.max(1, Number(query.get("limit") ?? 100) || 100));
			const parcels = store.trackers.list({ newestFirst: true, limit }).map(({ tracker }) => summary(store, tracker));
			return { status: 200, body: { parcels } };
		},
	],
	[
		"GET",
		"/_sandbox/parcels/:id",
		({ params }) => ({ status: 200, body: summary(store, findTracker(store, params.id!).tracker) }),
	],
	[
		"POST",
		"/_sandbox/trackers/:id/advance",
		(request) => {
			const { status } = parseBody(request);
			if (status !== undefined && !STATUSES.includes(status as Status)) {
				throw invalid("status", `must be one of ${STATUSES.join(", ")}`);
			}
			return { status: 200, body: advance(store, emit, request.params.id!, status as Status | undefined) };
		},
	],
];
