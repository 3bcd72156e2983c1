import type { Collection, State } from "../state.ts";
import type { CustomsInfo, CustomsItem } from "./customs.ts";
import { notFound } from "./errors.ts";
import type { EventRecord } from "./events.ts";
import type { Parcel } from "./rates.ts";
import type { Shipment } from "./shipment.ts";
import type { TrackerRecord } from "./trackers.ts";
import type { Address } from "./verify.ts";

/** EasyPost's Webhook object. */
export interface Webhook {
	id: string;
	object: "Webhook";
	mode: "test";
	url: string;
	created_at: string;
	disabled_at: string | null;
	custom_headers: { name: string; value: string }[];
}

export interface Store {
	state: State;
	addresses: Collection<Address>;
	parcels: Collection<Parcel>;
	customsItems: Collection<CustomsItem>;
	customsInfos: Collection<CustomsInfo>;
	shipments: Collection<Shipment>;
	trackers: Collection<TrackerRecord>;
	events: Collection<EventRecord>;
	webhooks: Collection<Webhook>;
}

export function openStore(state: State): Store {
	return {
		state,
		addresses: state.collection("addresses", { cached: 500 }),
		parcels: state.collection("parcels", { cached: 500 }),
		customsItems: state.collection("customs_items", { cached: 100 }),
		customsInfos: state.collection("customs_infos", { cached: 100 }),
		// A quoted shipment weighs about 10 kB, hence few in memory.
		shipments: state.collection("shipments", {
			cached: 300,
			terms: (shipment) => [
				...(shipment.reference === null ? [] : [`reference:${shipment.reference}`]),
				...(shipment.tracking_code === null ? [] : ["purchased"]),
			],
		}),
		trackers: state.collection("trackers", {
			cached: 300,
			terms: ({ tracker, moving }) => [`code:${tracker.tracking_code}`, ...(moving ? ["moving"] : [])],
		}),
		events: state.collection("events", { cached: 100 }),
		webhooks: state.collection("webhooks"),
	};
}

/** The document, or EasyPost's 404. */
export function found<T>(collection: Collection<T>, id: string): T {
	const doc = collection.get(id);
	if (doc === undefined) throw notFound();
	return doc;
}
