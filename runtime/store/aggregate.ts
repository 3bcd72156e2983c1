import type { Schema } from "mongoose";
import type { EventContract, EventData } from "../../schemas/contract.ts";
import { type Trace, writeTrace } from "../trace.ts";

/** One aggregate is one document; `rev` counts its changes and guards every one of them. */
export interface Aggregate {
	id: string;
	rev: number;
}

/** A fact waiting in its aggregate's outbox, or on its way. */
export interface OutboxEvent {
	/** `<collection>/<aggregate>/<rev>/<n>`: also the message id under which the broker drops repeats. */
	id: string;
	name: string;
	aggregate: string;
	/** RFC 3339 */
	at: string;
	requestId?: string;
	/** W3C trace context of the change, where it was traced. */
	traceparent?: string;
	data: Record<string, unknown>;
}

/** A fact that a decision wants published together with its change. */
export interface Fact {
	name: string;
	data: Record<string, unknown>;
}

/** What a decision says: the next state, and the facts that follow from it. */
export interface Decision<T> {
	state: T;
	facts?: Fact[];
}

/** States a fact in the shape of its event. */
export function fact<E extends EventContract>(event: E, data: EventData<E>): Fact {
	return { name: event.name, data: data as Record<string, unknown> };
}

export interface CollectionDefinition {
	/** The service that owns it; it lies in this service's database. */
	service: string;
	name: string;
	/** Fields and indexes, by mongoose. */
	schema: Schema;
	/** How many aggregates stay in memory between changes, so that a change costs one command; 0 keeps none. */
	remember?: number;
}

/** The events that the facts of one change make. */
export function eventsOf(
	collection: string,
	id: string,
	rev: number,
	facts: Fact[],
	requestId?: string,
	trace?: Trace,
): OutboxEvent[] {
	const at = new Date().toISOString();
	return facts.map((entry, n) => ({
		id: `${collection}/${id}/${rev}/${n}`,
		name: entry.name,
		aggregate: id,
		at,
		...(requestId ? { requestId } : {}),
		...(trace ? { traceparent: writeTrace(trace) } : {}),
		data: entry.data,
	}));
}
