import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { log } from "../log.ts";
import { redacted } from "../redact.ts";
import type { OutboxEvent } from "../store/aggregate.ts";
import type { Patience } from "./consumer.ts";

/** One attempt that failed. */
export interface FailedAttempt {
	/** 1 for the first delivery. */
	attempt: number;
	/** RFC 3339 */
	at: string;
	error: string;
}

/** An event that could not be handled, with what went wrong. */
export interface DeadLetter {
	/** The same for one event and one consumer, whenever it is given up. */
	id: string;
	service: string;
	consumer: string;
	event: OutboxEvent;
	/** Of the last attempt. */
	error: string;
	stack?: string;
	attempts: number;
	/** The first attempt that is known and the latest ones: those of other nodes are counted in `attempts` only. */
	history: FailedAttempt[];
	/** When it was given up, or a replay failed last; RFC 3339 */
	at: string;
}

/** Letters of one service or of all, after the place where a page ended. */
export interface LetterQuery {
	service?: string | undefined;
	limit?: number | undefined;
	after?: string | undefined;
}

export interface LetterPage {
	letters: DeadLetter[];
	/** Where the next page begins; null at the end. */
	next: string | null;
}

export const LETTERS_A_PAGE = 20;

/** Whom a delivery was for. */
export interface Addressee {
	service: string;
	consumer: string;
}

const KEPT = 10;
const NOTICED = 3;

/** A letter lies for months: what it says of the error names nobody. */
const told = (error: unknown) => redacted(error instanceof Error ? error.message : String(error));

/** A history with one more attempt: the first stays, then the latest. */
function withAttempt(history: FailedAttempt[], error: unknown, attempt: number): FailedAttempt[] {
	const all = [...history, { attempt, at: new Date().toISOString(), error: told(error) }];
	return all.length <= KEPT ? all : [all[0] as FailedAttempt, ...all.slice(1 - KEPT)];
}

/** What went wrong so far with deliveries that are still tried. */
export class Failures {
	readonly #patience: Patience;
	readonly #known = new LRUCache<string, FailedAttempt[]>({ max: 5_000 });

	constructor(patience: Patience) {
		this.#patience = patience;
	}

	/** Notes a failed attempt. @returns the dead letter when it was the last one, otherwise null */
	note(to: Addressee, event: OutboxEvent, error: unknown, attempt: number): DeadLetter | null {
		const key = keyOf(to, event);
		const history = withAttempt(this.#known.get(key) ?? [], error, attempt);
		tell(to, event, error, attempt, this.#patience);
		if (attempt < this.#patience.attempts) {
			this.#known.set(key, history);
			return null;
		}
		return letterOf(to, event, error, attempt, history);
	}

	/** Forgets a delivery that was handled or is a dead letter. */
	forget(to: Addressee, event: OutboxEvent): void {
		this.#known.delete(keyOf(to, event));
	}
}

const keyOf = ({ service, consumer }: Addressee, event: OutboxEvent) => `${service}/${consumer}/${event.id}`;

/** Tells operators of what fails again and again, and of what is given up; a passing fault is not worth a line. */
function tell(
	{ service, consumer }: Addressee,
	event: OutboxEvent,
	error: unknown,
	attempt: number,
	{ attempts }: Patience,
): void {
	const what = `${service}.${consumer} failed ${attempt} times on ${event.name} of ${event.aggregate}`;
	if (attempt >= attempts) log().warn(`${what}; it is a dead letter now: ${told(error)}`);
	else if (attempt === NOTICED) log().warn(`${what} and goes on trying: ${told(error)}`);
}

/** The record of a delivery that failed for good. */
export function letterOf(
	to: Addressee,
	event: OutboxEvent,
	error: unknown,
	attempts: number,
	history: FailedAttempt[],
): DeadLetter {
	return {
		id: idOf(to, event),
		service: to.service,
		consumer: to.consumer,
		event,
		attempts,
		...outcome(error, history),
	};
}

/** A letter whose replay failed. */
export function failedAgain(letter: DeadLetter, error: unknown): DeadLetter {
	const attempts = letter.attempts + 1;
	return { ...letter, attempts, ...outcome(error, withAttempt(letter.history, error, attempts)) };
}

function outcome(error: unknown, history: FailedAttempt[]): Pick<DeadLetter, "error" | "stack" | "history" | "at"> {
	const stack = error instanceof Error && error.stack ? redacted(error.stack) : undefined;
	return { error: told(error), ...(stack ? { stack } : {}), history, at: new Date().toISOString() };
}

/** `dlt_` and 32 hexadecimal digits: the event's time, so that letters sort by it, then what tells them apart. */
function idOf(to: Addressee, event: OutboxEvent): string {
	const time = Math.max(0, Date.parse(event.at) || 0)
		.toString(16)
		.padStart(12, "0");
	return `dlt_${time}${hash("sha256", keyOf(to, event), "hex").slice(0, 20)}`;
}
