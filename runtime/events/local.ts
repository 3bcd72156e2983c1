import type { Caller } from "../action.ts";
import { fail } from "../errors.ts";
import { sequence } from "../mailbox.ts";
import type { OutboxEvent } from "../store/aggregate.ts";
import { type Bus, type Consumer, delayBefore, PATIENCE, type Patience } from "./consumer.ts";
import { type DeadLetter, Failures, failedAgain, type LetterPage, type LetterQuery } from "./letter.ts";

/** Where dead letters lie when there is no stream. */
export interface LetterBox {
	/** Stores a letter in the place of one with its id. */
	put(letter: DeadLetter): Promise<void>;
	/** From the oldest on; `after` is the id at which a page ended. */
	list(page: LetterQuery): Promise<LetterPage>;
	get(id: string): Promise<DeadLetter | null>;
	/** @returns whether it was there */
	remove(id: string): Promise<boolean>;
}

interface Subscription {
	service: string;
	consumer: Consumer;
	from: Caller;
}

/**
 * The bus of one process without NATS, under the contract of the durable one: an event leaves its outbox only when every
 * consumer has handled it or its dead letter is stored, so a restart goes on where it stopped.
 */
export function localBus(letters: LetterBox, patience: Patience = PATIENCE): Bus {
	const subscriptions = new Map<string, Subscription[]>();
	const inOrder = sequence();
	const timers = new Set<NodeJS.Timeout>();
	const underWay = new Set<Promise<void>>();
	const failures = new Failures(patience);
	let closed = false;

	function once({ service, consumer, from }: Subscription, event: OutboxEvent, attempt: number): Promise<unknown> {
		const handle = () => consumer.handle({ ...event, attempt }, from);
		return consumer.inOrder ? inOrder(`${service}/${consumer.name}/${event.aggregate}`, handle) : handle();
	}

	async function deliver(subscription: Subscription, event: OutboxEvent): Promise<void> {
		const to = { service: subscription.service, consumer: subscription.consumer.name };
		for (let attempt = 1; ; attempt++) {
			try {
				await once(subscription, event, attempt);
				if (attempt > 1) failures.forget(to, event);
				return;
			} catch (error) {
				const letter = failures.note(to, event, error, attempt);
				if (letter) {
					await letters.put(letter);
					failures.forget(to, event);
					return;
				}
				await pause(delayBefore(attempt, patience));
			}
		}
	}

	/** Rejects when the bus closes: the event stays in its outbox. */
	function pause(milliseconds: number): Promise<void> {
		if (closed) return Promise.reject(new Error("the bus is closed"));
		return new Promise((resolve) => {
			const timer = setTimeout(() => {
				timers.delete(timer);
				resolve();
			}, milliseconds);
			timers.add(timer);
			timer.unref();
		});
	}

	const addressee = ({ service, consumer }: Pick<DeadLetter, "service" | "consumer">): Subscription | undefined =>
		[...subscriptions.values()].flat().find((one) => one.service === service && one.consumer.name === consumer);

	return {
		publish(event) {
			const targets = subscriptions.get(event.name);
			if (!targets) return Promise.resolve();
			const work = Promise.all(targets.map((target) => deliver(target, event))).then(() => {});
			underWay.add(work);
			const forget = () => underWay.delete(work);
			work.then(forget, forget);
			return work;
		},
		async subscribe(service, consumers, from) {
			for (const consumer of consumers) {
				const list = subscriptions.get(consumer.event.name) ?? [];
				list.push({ service, consumer, from });
				subscriptions.set(consumer.event.name, list);
			}
		},
		healthy: () => Promise.resolve(!closed),
		deadLetters: (page = {}) => letters.list(page),
		deadLetter: (id) => letters.get(id),
		handles: (letter) => addressee(letter) !== undefined,
		async replay(id, keep = false) {
			const letter = await letters.get(id);
			const target = letter && addressee(letter);
			if (!letter || !target) throw fail("not_found");
			try {
				await once(target, letter.event, letter.attempts + 1);
			} catch (error) {
				await letters.put(failedAgain(letter, error));
				throw error;
			}
			if (!keep) await letters.remove(id);
		},
		async drop(id) {
			if (!(await letters.remove(id))) throw fail("not_found");
		},
		async close() {
			closed = true;
			for (const timer of timers) clearTimeout(timer);
			if (timers.size === 0) await Promise.allSettled(underWay);
			subscriptions.clear();
		},
	};
}
