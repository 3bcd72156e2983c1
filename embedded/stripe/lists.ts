import type { Collection } from "../state.ts";
import { badParam, missing } from "./errors.ts";
import { type Check, type Input, integer, object, text } from "./params.ts";

const RANGE = { gt: integer(), gte: integer(), lt: integer(), lte: integer() };

/** A Unix time, or bounds of it. */
export const created: Check<(at: number) => boolean> = (value, name) => {
	if (typeof value === "string") {
		const exact = integer()(value, name);
		return (at) => at === exact;
	}
	const { gt = -1, gte = 0, lt = Infinity, lte = Infinity } = object(RANGE)(value, name);
	return (at) => at > gt && at >= gte && at < lt && at <= lte;
};

/** The parameters that all lists take. */
export const LIST = { limit: integer(1), starting_after: text, ending_before: text, created };
type Page = Input<typeof LIST>;

const BATCH = 200;

/** https://docs.stripe.com/api/pagination: newest first, from the documents with `term` that `matches` takes. */
export function listOf<T extends { id: string; object: string; created: number }>(
	collection: Collection<T>,
	url: string,
	page: Page,
	{ term, matches = () => true }: { term?: string; matches?: (doc: T) => boolean } = {},
): object {
	const { limit = 10, starting_after, ending_before, created = () => true } = page;
	if (limit > 100) throw badParam("This value must be less than or equal to 100 (it currently is too large).", "limit");
	if (starting_after && ending_before)
		throw badParam("You may only specify one of these parameters: ending_before, starting_after.", "ending_before");
	const cursor = starting_after ?? ending_before;
	if (cursor && !collection.get(cursor))
		throw missing("object", cursor, starting_after ? "starting_after" : "ending_before");
	const newestFirst = ending_before === undefined;
	const data: T[] = [];
	let after = cursor;
	while (data.length <= limit) {
		const batch = collection.list({ term, limit: Math.max(BATCH, limit + 1), after, newestFirst });
		for (const doc of batch) if (created(doc.created) && matches(doc)) data.push(doc);
		if (batch.length < BATCH) break;
		after = batch.at(-1)!.id;
	}
	const has_more = data.length > limit;
	const shown = data.slice(0, limit);
	return { object: "list", url, has_more, data: newestFirst ? shown : shown.reverse() };
}
