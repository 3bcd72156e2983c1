import { pass } from "../failpoint.ts";
import type { OutboxEvent } from "../store/aggregate.ts";
import type { Store } from "../store/collection.ts";
import type { Bus } from "./consumer.ts";

/**
 * Milliseconds between two looks for what was left behind: by this process, which knows that it failed or has not seen all,
 * and by another one that died. Then the age from which an event counts as left behind.
 */
const SOON = 250;
const AS_A_RULE = 2_000;
/** How many looks pass over a store from which this process has published nothing. */
const SELDOM = 5;
const LEFT_BEHIND = 1_000;
/** So many aggregates' outboxes are read in one look. */
const PAGE = 2_000;

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
	let troubled = false;
	let looks = 0;
	const publishing = new Set<Store>();

	async function carry(collection: Store, event: OutboxEvent): Promise<void> {
		if (inFlight.has(event.id)) return;
		inFlight.add(event.id);
		try {
			pass("published", event.name, "before");
			await bus.publish(event);
			troubled = false;
			pass("published", event.name, "after");
			await collection.published(event);
		} catch (error) {
			if (!failed) lookIn(SOON);
			failed = true;
			if (!stopped && !troubled) log.warn(`events wait in their outboxes: ${(error as Error).message} (${event.id})`);
			troubled = true;
		} finally {
			inFlight.delete(event.id);
		}
	}

	/** @returns whether more may wait than it took along */
	async function look(): Promise<boolean> {
		const before = new Date(Date.now() - LEFT_BEHIND).toISOString();
		const all = looks++ % SELDOM === 0;
		let more = false;
		for (const collection of watched) {
			if (stopped) return false;
			if (!all && !publishing.has(collection)) continue;
			const found = await collection.waiting(before, PAGE);
			const taken = found.filter(({ id, at }) => at < before && !inFlight.has(id));
			for (const event of taken) void carry(collection, event);
			more ||= taken.length > 0 && found.length >= PAGE;
		}
		return more;
	}

	let looking: NodeJS.Timeout | undefined;
	function lookIn(milliseconds: number): void {
		if (stopped) return;
		clearTimeout(looking);
		looking = setTimeout(async () => {
			failed = false;
			let more = false;
			try {
				more = await look();
			} catch (error) {
				failed = true;
				if (!stopped) log.warn(`the outboxes could not be read: ${(error as Error).message}`);
			}
			lookIn(failed || more ? SOON : AS_A_RULE);
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
