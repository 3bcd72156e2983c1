import type { OutboxEvent } from "./aggregate.ts";

interface Leaving {
	resolve: () => void;
	reject: (error: Error) => void;
}

/** Milliseconds that published events may stay in their outbox: a change of the aggregate that comes meanwhile takes them along. */
const LINGER = 400;

/** Published events that are still in their outboxes, by aggregate. */
export class Published {
	readonly #leaving = new Map<string, Map<string, Leaving>>();
	readonly #tidy: (aggregates: string[]) => void;
	#timer: NodeJS.Timeout | undefined;

	/** @param tidy is told of aggregates with published events in their outbox, a moment after these were published */
	constructor(tidy: (aggregates: string[]) => void) {
		this.#tidy = tidy;
	}

	/** Resolves when the event has left the store. */
	add({ id, aggregate }: OutboxEvent): Promise<void> {
		return new Promise((resolve, reject) => {
			const events = this.#leaving.get(aggregate);
			if (events) events.set(id, { resolve, reject });
			else this.#leaving.set(aggregate, new Map([[id, { resolve, reject }]]));
			this.#timer ??= setTimeout(() => this.flush(), LINGER);
		});
	}

	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#leaving.size > 0) this.#tidy([...this.#leaving.keys()]);
	}

	/** Those of one aggregate at this moment, by the event's id. */
	of(aggregate: string): ReadonlyMap<string, Leaving> {
		return new Map(this.#leaving.get(aggregate));
	}

	/** The store has them no more. */
	left(aggregate: string, events: ReadonlyMap<string, Leaving>): void {
		this.#forget(aggregate, events);
		for (const { resolve } of events.values()) resolve();
	}

	failed(aggregate: string, events: ReadonlyMap<string, Leaving>, error: Error): void {
		this.#forget(aggregate, events);
		for (const { reject } of events.values()) reject(error);
	}

	#forget(aggregate: string, events: ReadonlyMap<string, Leaving>): void {
		const known = this.#leaving.get(aggregate);
		if (!known) return;
		for (const id of events.keys()) known.delete(id);
		if (known.size === 0) this.#leaving.delete(aggregate);
	}
}
