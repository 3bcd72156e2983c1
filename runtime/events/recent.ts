import type { OutboxEvent } from "../store/aggregate.ts";

/** Milliseconds and number: longer than any consumer is behind that is not down, and some 20 MB at most. */
const KEPT_FOR = 600_000;
const MOST = 20_000;

/**
 * Events that the stream acknowledged not long ago. They have left their outboxes, and whether all who wait for them had
 * handled them when a stream was lost nobody can tell: they are published into its successor.
 */
export class Recent {
	#events: { event: OutboxEvent; until: number }[] = [];
	/** Where the oldest is: what is before it has been let go. */
	#first = 0;

	add(event: OutboxEvent, now = Date.now()): void {
		this.#events.push({ event, until: now + KEPT_FOR });
		this.#forget(now);
	}

	/** The newest first: those are the ones that somebody still waits for. */
	all(now = Date.now()): OutboxEvent[] {
		this.#forget(now);
		return this.#events
			.slice(this.#first)
			.reverse()
			.map(({ event }) => event);
	}

	#forget(now: number): void {
		const events = this.#events;
		while (this.#first < events.length) {
			const { until } = events[this.#first] as { until: number };
			if (until > now && events.length - this.#first <= MOST) break;
			this.#first++;
		}
		if (this.#first * 2 < events.length) return;
		this.#events = events.slice(this.#first);
		this.#first = 0;
	}
}
