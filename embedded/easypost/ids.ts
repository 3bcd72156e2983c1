import { randomFillSync } from "node:crypto";

// Random bytes are drawn for 64 ids at a time: a call to the system for each costs more than all else about an id.
const pool = Buffer.alloc(1024);
let used = pool.length;

function hex(bytes: number): string {
	if (used + bytes > pool.length) {
		randomFillSync(pool);
		used = 0;
	}
	used += bytes;
	return pool.toString("hex", used - bytes, used);
}

/** An id as EasyPost makes them: a prefix and 32 hexadecimal digits. */
export const newId = (prefix: string): string => `${prefix}_${hex(16)}`;

/** EasyPost's times: UTC, whole seconds, `2025-05-09T20:40:08Z`. */
export const now = (at: Date = new Date()): string => `${at.toISOString().slice(0, 19)}Z`;

/** A rate's id that begins as its shipment's does, so that it is found without an index of its own. */
export const rateId = (shipmentId: string, index: number): string =>
	`rate_${shipmentId.slice(4, 32)}${hex(1)}${index.toString(16).padStart(2, "0")}`;

/** How the ids of shipments begin to which a rate of this id may belong. */
export const shipmentPrefix = (rate: string): string => `shp_${rate.slice(5, 33)}`;
