import { pass } from "../failpoint.ts";
import type { OutboxEvent } from "../store/aggregate.ts";
import type { Store } from "../store/collection.ts";
import type { Bus } from "./consumer.ts";

/**
 * Milliseconds between two looks for what was left behind: by this process, which knows that it failed, and by another one
 * that died. Then the age from which an event counts as left behind.
 */
const AFTER_FAILURE = 250;
const AS_A_RULE = 2_000;
/** How many looks pass over a store from which this process has published nothing. */
const SELDOM = 5;
const LEFT_BEHIND = 1_000;

/** Takes events from outboxes to the bus: told at once by the process that stored them, and found by a look at the outboxes otherwise. */
export interface Relay {
	wake(collection: Store, events: OutboxEvent[]): void;
	watch(collection: Store): void;
	/** Events of this process that are on their way. */
	pending(): number;
	/** Resolves when nothing is on its way, or after `milliseconds`. */
	drain(milliseconds: number): Promise<void>;
	stop(): void;
}

export function relay(bus: Bus, log: { warn(message: string): void }): Relay {
	const inFlight = new Set<string>();
	const watched = new Set<Store>();
	let stopped = false;
	let failed = false;
	let looks = 0;
	const publishing = new Set<Store>();

	async function carry(collection: Store, event: OutboxEvent): Promise<void> {
		if (inFlight.has(event.id)) return;
		inFlight.add(event.id);
		try {
			pass("published", event.name, "before");
			await bus.publish(event);
			pass("published", event.name, "after");
			await collection.published(event);
		} catch (error) {
			if (!failed) lookIn(AFTER_FAILURE);
			failed = true;
			if (!stopped) log.warn(`${event.id} waits in its outbox: ${(error as Error).message}`);
		} finally {
			inFlight.delete(event.id);
		}
	}

	async function look(): Promise<void> {
		const before = new Date(Date.now() - LEFT_BEHIND).toISOString();
		const all = looks++ % SELDOM === 0;
		for (const collection of watched) {
			if (stopped) return;
			if (!all && !publishing.has(collection)) continue;
			for (const event of await collection.waiting(before, 500)) if (event.at < before) void carry(collection, event);
		}
	}

	let looking: NodeJS.Timeout | undefined;
	function lookIn(milliseconds: number): void {
		if (stopped) return;
		clearTimeout(looking);
		looking = setTimeout(async () => {
			failed = false;
			try {
				await look();
			} catch (error) {
				failed = true;
				if (!stopped) log.warn(`the outboxes could not be read: ${(error as Error).message}`);
			}
			lookIn(failed ? AFTER_FAILURE : AS_A_RULE);
		}, milliseconds);
		looking.unref();
	}
	lookIn(AS_A_RULE);

	return {
		wake(collection, events) {
			publishing.add(collection);
			if (!stopped) for (const event of events) void carry(collection, event);
		},
		watch(collection) {
			watched.add(collection);
		},
		pending: () => inFlight.size,
		async drain(milliseconds) {
			const end = Date.now() + milliseconds;
			while (inFlight.size > 0 && Date.now() < end) {
				for (const collection of watched) collection.tidy();
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
		},
		stop() {
			stopped = true;
			clearTimeout(looking);
		},
	};
}
