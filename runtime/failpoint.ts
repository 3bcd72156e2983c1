import type { OutboxEvent } from "./store/aggregate.ts";
import type { Stored } from "./store/collection.ts";
import type { Update } from "./store/writer.ts";

/**
 * Where a process ends itself with SIGKILL, as FAILPOINT says: `PLACE CONDITION MOMENT`, for the fault runner.
 *
 * - `orders saga=authorized after`: a change of the collection `orders` that sets `saga` was stored (`before`: is about to be).
 *   A dotted path is looked for in the facts of the change, too: `variants movement.kind=commit before`.
 * - `published order.confirmed after`: the bus has the event, its outbox has it still (`before`: nor has the bus).
 * - `handled order.ship after`: the consumer `ship` of the service `order` has done its work, the bus does not know yet.
 */
export interface Failpoint {
	place: string;
	path: string;
	/** Any value where none is given. */
	value: string | undefined;
	moment: "before" | "after";
}

/** @throws when the text has another shape */
export function parseFailpoint(text: string): Failpoint {
	const parts = /^(\w+) ([\w.-]+)(?:=(\S+))? (before|after)$/.exec(text);
	if (!parts) throw new Error(`FAILPOINT is ${JSON.stringify(text)} but must be like "orders saga=authorized after"`);
	const [, place, path, value, moment] = parts;
	return { place: place!, path: path!, value, moment: moment as Failpoint["moment"] };
}

const set = process.env.NODE_ENV === "production" ? undefined : process.env.FAILPOINT;
const failpoint = set ? parseFailpoint(set) : null;

const end = (): void => void process.kill(process.pid, "SIGKILL");

/** Whether this process ends when an event is passed on; a place that is not the failpoint's costs one comparison. */
export function pass(place: "published" | "handled", name: string, moment: Failpoint["moment"]): void {
	if (failpoint !== null && failpoint.place === place && failpoint.path === name && failpoint.moment === moment) end();
}

interface Writer {
	insert: (document: Stored) => Promise<true>;
	update: (item: Update) => Promise<boolean>;
}

/** The writer of a collection, which ends the process where the failpoint says; the very same one where it says nothing. */
export function breakable<W extends Writer>(
	collection: string,
	writer: W,
	at: Failpoint | null = failpoint,
	kill = end,
): W {
	if (at?.place !== collection) return writer;
	const around = async <R>(fits: boolean, write: () => Promise<R>): Promise<R> => {
		if (fits && at.moment === "before") kill();
		const result = await write();
		if (fits && result && at.moment === "after") kill();
		return result;
	};
	return {
		...writer,
		insert: (document) => around(isIn(at, document, document.outbox), () => writer.insert(document)),
		update: (item) => {
			const { $set: fields, $push: pushed } = item.update as Record<string, Record<string, unknown> | undefined>;
			const appended = (pushed?.outbox as { $each: unknown[] } | undefined)?.$each;
			return around(isIn(at, { ...pushed, ...fields }, fields?.outbox ?? appended), () => writer.update(item));
		},
	};
}

function isIn(at: Failpoint, fields: Record<string, unknown>, outbox: unknown): boolean {
	const facts = ((outbox ?? []) as OutboxEvent[]).map(({ data }) => data);
	return [fields, ...facts].some((where) => {
		const found = at.path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], where);
		return found !== undefined && (at.value === undefined || String(found) === at.value);
	});
}
