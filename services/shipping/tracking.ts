import type { ShipmentStatus } from "../../schemas/shipping.ts";

/** Something that happened to a parcel; `at` is RFC 3339. */
export interface Report {
	at: string;
	status: ShipmentStatus;
	message: string;
}

/** `seq` counts the order in which reports became known; shown, they are in order of time. */
export type TrackingEvent = Report & { seq: number };

interface Tracked {
	events: TrackingEvent[];
}

/** In order of time. */
export const shownEvents = ({ events }: Tracked): Report[] =>
	[...events]
		.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.seq - b.seq))
		.map(({ at, status, message }) => ({ at, status, message }));

/** Adds reports that are not there yet; the very same state when all are. */
export function withEvents<T extends Tracked>(state: T, reports: readonly Report[]): T {
	const known = new Set(state.events.map(keyOf));
	const events = [...state.events];
	for (const { at, status, message } of reports) {
		const key = keyOf({ at, status, message });
		if (known.has(key)) continue;
		known.add(key);
		events.push({ seq: events.length + 1, at, status, message });
	}
	return events.length === state.events.length ? state : { ...state, events };
}

const keyOf = ({ at, status, message }: Report) => `${at} ${status} ${message}`;
