import { decodeCursor, encodeCursor } from "../../runtime/store/page.ts";

/** A page of a short list that lies in one document: ids rise with time, and entries are kept in the order they were added. */
export function pageOf<T extends { id: string }>(
	all: readonly T[],
	{ limit = 20, cursor }: { limit?: number; cursor?: string },
): { data: T[]; nextCursor: string | null } {
	const after = cursor ? String(decodeCursor(cursor, ["string"])[0]) : "";
	const rest = all.filter(({ id }) => id > after);
	const data = rest.slice(0, limit);
	return { data, nextCursor: rest.length > limit ? encodeCursor([data.at(-1)!.id]) : null };
}
