import type { Aggregate, OutboxEvent } from "./aggregate.ts";
import type { Update } from "./writer.ts";

/** What is appended to a list, and how long the list is kept. */
interface Append {
	$each: unknown[];
	$slice?: number;
}

/**
 * The update that makes one state of the next: only the top-level fields that differ are written, and of a list that grew
 * at its end only what was added.
 * @param outbox the whole outbox, when something leaves it with this change
 */
export function changeOf<T extends Aggregate>(
	base: T,
	state: T,
	events: OutboxEvent[],
	outbox: OutboxEvent[] | null,
): Update {
	const set: Record<string, unknown> = {};
	const unset: Record<string, ""> = {};
	const push: Record<string, Append> = {};
	for (const key of Object.keys(state) as (keyof T & string)[]) {
		const before: unknown = base[key];
		const after: unknown = state[key];
		if (after === before) continue;
		const appended = Array.isArray(before) && Array.isArray(after) ? appendOf(before, after) : null;
		if (after === undefined) unset[key] = "";
		else if (appended) push[key] = appended;
		else set[key] = after;
	}
	for (const key of Object.keys(base)) if (!(key in state)) unset[key] = "";
	if (outbox) set.outbox = outbox;
	else if (events.length > 0) push.outbox = { $each: events };
	const update: Record<string, unknown> = { $set: set };
	if (Object.keys(unset).length > 0) update.$unset = unset;
	if (Object.keys(push).length > 0) update.$push = push;
	return { id: state.id, rev: base.rev, update };
}

/** How `after` follows from `before` by adding at the end and, for a list of bounded length, dropping at the front; null when it does not. */
function appendOf(before: unknown[], after: unknown[]): Append | null {
	if (before.length === 0 || after.length === 0) return null;
	const dropped = before.indexOf(after[0]);
	if (dropped === -1) return null;
	const kept = before.length - dropped;
	if (after.length <= kept) return null;
	for (let i = 1; i < kept; i++) if (after[i] !== before[dropped + i]) return null;
	return { $each: after.slice(kept), ...(dropped > 0 ? { $slice: -after.length } : {}) };
}
