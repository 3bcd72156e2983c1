import type { OrderEvent, TimelineEntry } from "../../schemas/order.ts";
import type { OrderState } from "./domain.ts";

/**
 * The timelines of a person's orders as one row. An entry gets its place when somebody looks, not when it happens: what is stored
 * late by the clock still comes after what was seen before, so who goes on from a place misses nothing. Places are given in one
 * conditional update, so every node gives the same.
 */
export interface FeedState {
	/** The person's. */
	id: string;
	rev: number;
	/** `<order>:<entry of its timeline>`; the first has the place `dropped + 1`. */
	entries: string[];
	/** Entries of each order's timeline that have their place. */
	placed: Record<string, number>;
	/** Older entries that are no longer kept. */
	dropped: number;
}

export type Ordered = Pick<OrderState, "id" | "number" | "timeline">;

/** How many are kept, and handed out at once. */
const KEEP = 2_000;
const PAGE = 200;
const DIGITS = 8;

/** A place as clients see it. */
export const positionOf = (place: number): string => place.toString(36).padStart(DIGITS, "0");

/** Gives a place to what has none, in the order in which it happened; the same state when there is nothing. */
export function withPlaces(feed: FeedState, orders: readonly Ordered[]): FeedState {
	const unplaced: { at: string; key: string }[] = [];
	const placed = { ...feed.placed };
	for (const { id, timeline } of orders) {
		const before = placed[id] ?? 0;
		if (timeline.length <= before) continue;
		// Clocks of nodes differ: within one order its timeline tells what came first.
		let at = "";
		for (const entry of timeline.slice(before)) {
			if (entry.at > at) at = entry.at;
			unplaced.push({ at, key: `${id}:${entry.id}` });
		}
		placed[id] = timeline.length;
	}
	if (unplaced.length === 0) return feed;
	unplaced.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
	const all = [...feed.entries, ...unplaced.map(({ key }) => key)];
	const entries = all.slice(-KEEP);
	return { ...feed, entries, placed, dropped: feed.dropped + all.length - entries.length };
}

/** Whether entries have a place that these orders do not show: of orders that are gone, or that changed since they were read. */
export function lacksSome({ placed }: FeedState, orders: readonly Ordered[]): boolean {
	const known = new Map(orders.map(({ id, timeline }) => [id, timeline.length]));
	return Object.entries(placed).some(([id, count]) => (known.get(id) ?? 0) < count);
}

/** What a person may be told after a place. @param after a position; one that was never given is as none */
export function eventsAfter(
	{ entries, dropped }: FeedState,
	orders: readonly Ordered[],
	after: string | undefined,
): { events: OrderEvent[]; position: string; missed: boolean } {
	const asked = after === undefined ? 0 : Number.parseInt(after, 36);
	const from = asked > dropped + entries.length ? 0 : asked;
	const byId = new Map(orders.map((order) => [order.id, order]));
	const start = Math.max(from, dropped);
	const page = entries.slice(start - dropped, start - dropped + PAGE);
	const events: OrderEvent[] = [];
	for (const [index, key] of page.entries()) {
		const [orderId = "", entryId] = key.split(":");
		const order = byId.get(orderId);
		const entry = order?.timeline.find(({ id }) => id === Number(entryId));
		if (order && entry) events.push(told(order, entry, start + index + 1));
	}
	return { events, position: positionOf(start + page.length), missed: after !== undefined && from < dropped };
}

function told({ id: orderId, number }: Ordered, { at, type, message }: TimelineEntry, place: number): OrderEvent {
	return { id: positionOf(place), orderId, number, at, type, message };
}
