import { LRUCache } from "lru-cache";
import type { OutboxEvent } from "../store/aggregate.ts";

/** Milliseconds and number: longer than any consumer is behind that is not down, and some 20 MB at most. */
const KEPT_FOR = 600_000;
const MOST = 20_000;

/**
 * Events that the stream acknowledged not long ago. They have left their outboxes, and whether all who wait for them had
 * handled them when a stream was lost nobody can tell: they are published into its successor.
 */
export class Recent {
	readonly #events: LRUCache<string, OutboxEvent>;

	/** @param clock in whole milliseconds */
	constructor(clock: { now(): number } = Date) {
		// The cache keeps what is exactly as old as its limit.
		this.#events = new LRUCache({ max: MOST, ttl: KEPT_FOR - 1, ttlResolution: 0, perf: clock });
	}

	add(event: OutboxEvent): void {
		this.#events.set(event.id, event);
	}

	/** The newest first: those are the ones that somebody still waits for. */
	all(): OutboxEvent[] {
		return [...this.#events.values()];
	}
}
