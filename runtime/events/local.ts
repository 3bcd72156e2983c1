import { Schema } from "mongoose";
import type { Caller } from "../action.ts";
import { fail } from "../errors.ts";
import { newId } from "../ids.ts";
import { log } from "../log.ts";
import { sequence } from "../mailbox.ts";
import type { OutboxEvent } from "../store/aggregate.ts";
import { type Bus, type Consumer, type DeadLetter, delayBefore, PATIENCE, type Patience } from "./consumer.ts";

/** Where dead letters lie when there is no stream. */
export interface LetterBox {
	put(letter: DeadLetter): Promise<void>;
	list(): Promise<DeadLetter[]>;
	remove(id: string): Promise<void>;
}

export const deadLetterSchema = new Schema({ _id: String, at: String }, { strict: false });

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
	let closed = false;

	function once({ service, consumer, from }: Subscription, event: OutboxEvent, attempt: number): Promise<unknown> {
		const handle = () => consumer.handle({ ...event, attempt }, from);
		return consumer.inOrder ? inOrder(`${service}/${consumer.name}/${event.aggregate}`, handle) : handle();
	}

	async function deliver(subscription: Subscription, event: OutboxEvent): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			try {
				await once(subscription, event, attempt);
				return;
			} catch (error) {
				tellFailure(subscription, event, error, attempt, patience);
				if (attempt >= patience.attempts) {
					await letters.put(letterOf(subscription, event, error, attempt));
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
		deadLetters: () => letters.list(),
		async replay(id) {
			const letter = (await letters.list()).find((entry) => entry.id === id);
			const target = letter && subscriptions.get(letter.event.name)?.find((s) => isOf(s, letter));
			if (!letter || !target) throw fail("not_found");
			await once(target, letter.event, letter.attempts + 1);
			await letters.remove(id);
		},
		async close() {
			closed = true;
			for (const timer of timers) clearTimeout(timer);
			if (timers.size === 0) await Promise.allSettled(underWay);
			subscriptions.clear();
		},
	};
}

const isOf = (subscription: Subscription, letter: DeadLetter) =>
	subscription.service === letter.service && subscription.consumer.name === letter.consumer;

const NOTICED = 3;

/** Tells operators of what fails again and again, and of what is given up; a passing fault is not worth a line. */
export function tellFailure(
	{ service, consumer }: Pick<Subscription, "service" | "consumer">,
	event: OutboxEvent,
	error: unknown,
	attempt: number,
	{ attempts }: Patience,
): void {
	const what = `${service}.${consumer.name} failed ${attempt} times on ${event.name} of ${event.aggregate}`;
	const why = error instanceof Error ? error.message : String(error);
	if (attempt >= attempts) log().warn(`${what}; it is a dead letter now: ${why}`);
	else if (attempt === NOTICED) log().warn(`${what} and goes on trying: ${why}`);
}

/** The record of a delivery that failed for good. */
export function letterOf(
	{ service, consumer }: Pick<Subscription, "service" | "consumer">,
	event: OutboxEvent,
	error: unknown,
	attempts: number,
): DeadLetter {
	return {
		id: newId("dlt"),
		service,
		consumer: consumer.name,
		event,
		error: error instanceof Error ? (error.stack ?? error.message) : String(error),
		attempts,
		at: new Date().toISOString(),
	};
}
