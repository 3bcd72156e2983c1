import type { EventContract, EventData } from "../../schemas/contract.ts";
import type { Caller } from "../action.ts";
import type { OutboxEvent } from "../store/aggregate.ts";
import { readTrace, within } from "../trace.ts";
import type { DeadLetter, LetterPage, LetterQuery } from "./letter.ts";

/** An event as a consumer gets it. */
export interface Delivery<D = Record<string, unknown>> extends Omit<OutboxEvent, "data"> {
	data: D;
	/** 1 for the first delivery. */
	attempt: number;
}

/** Younger than any event that is published again. */
const FRESH = 1_000;

/**
 * Whether nobody can have handled this delivery before, here or elsewhere: then what this process remembers of its aggregate
 * is what the event tells of.
 */
export const isFirst = ({ attempt, at }: Pick<Delivery, "attempt" | "at">): boolean =>
	attempt === 1 && Date.now() - Date.parse(at) < FRESH;

/** What a service does with a fact. It may be delivered more than once, late and out of order: the effect must be the same. */
export interface Consumer {
	event: EventContract;
	/** Unique in the service; with it the name of the durable consumer. */
	name: string;
	/** Whether the events of one aggregate are handled one after the other. */
	inOrder: boolean;
	handle(event: Delivery, from: Caller): Promise<unknown>;
}

/**
 * Binds a handler to an event. What it throws is tried again, later and later, and at last lands in the dead letters.
 * @param options.inOrder false where the effect does not depend on the order: then an aggregate that changes often does not
 * queue behind itself
 */
export function consumer<E extends EventContract>(
	event: E,
	name: string,
	handle: (event: Delivery<EventData<E>>, from: Caller) => Promise<unknown>,
	{ inOrder = true }: { inOrder?: boolean } = {},
): Consumer {
	// What follows from an event belongs to the trace of the change that it tells of.
	const traced: Consumer["handle"] = (delivery, from) =>
		within(readTrace(delivery.traceparent), () => handle(delivery as Delivery<EventData<E>>, from));
	return { event, name, inOrder, handle: traced };
}

/** How often and how patiently a delivery is tried. Times in milliseconds. */
export interface Patience {
	attempts: number;
	firstDelay: number;
	longestDelay: number;
}

export const PATIENCE: Patience = { attempts: 12, firstDelay: 1_000, longestDelay: 600_000 };

/** The wait before the next attempt: doubling, with a fifth of jitter so that what failed together does not return together. */
export function delayBefore(attempt: number, { firstDelay, longestDelay }: Patience): number {
	// NATS delivers at once what comes with a fraction of a nanosecond.
	return Math.round(Math.min(longestDelay, firstDelay * 2 ** (attempt - 1)) * (0.8 + Math.random() * 0.4));
}

/** Carries events from outboxes to consumers: JetStream, or the process itself. */
export interface Bus {
	/** Resolves when the event is safe: acknowledged by the stream, or handled by every local consumer. */
	publish(event: OutboxEvent): Promise<void>;
	subscribe(service: string, consumers: Consumer[], from: Caller): Promise<void>;
	/** Whether events flow, for readiness. */
	healthy(): Promise<boolean>;
	/** Dead letters from the oldest on, a page at a time. */
	deadLetters(page?: LetterQuery): Promise<LetterPage>;
	/** One of them, or null. */
	deadLetter(id: string): Promise<DeadLetter | null>;
	/** Whether this process runs the consumer that a letter was for. */
	handles(letter: Pick<DeadLetter, "service" | "consumer">): boolean;
	/**
	 * Hands a dead letter to its consumer again, in this process; it is gone when that worked unless it is to be kept, and
	 * remembers it when not.
	 * @throws not_found, or what the consumer throws
	 */
	replay(id: string, keep?: boolean): Promise<void>;
	/** Gives a dead letter up. @throws not_found */
	drop(id: string): Promise<void>;
	/** Finishes what is under way. */
	close(): Promise<void>;
}
