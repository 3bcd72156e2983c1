import type { Collection } from "../state.ts";
import { invalid } from "./errors.ts";

/** A page as EasyPost cuts them: newest first, `page_size` 1-100 (20), on from `before_id`. */
export function page<T>(
	collection: Collection<T>,
	query: URLSearchParams,
	term?: string,
): { items: T[]; more: boolean } {
	const size = Number(query.get("page_size") ?? 20);
	if (!Number.isInteger(size) || size < 1 || size > 100) throw invalid("page_size", "must be between 1 and 100");
	for (const name of ["after_id", "start_datetime", "end_datetime"]) {
		if (query.has(name)) throw invalid(name, "is not supported by this stand-in");
	}
	const after = query.get("before_id") ?? undefined;
	const items = collection.list({ newestFirst: true, limit: size + 1, after, term });
	return { items: items.slice(0, size), more: items.length > size };
}
