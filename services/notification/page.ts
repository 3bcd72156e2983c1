import type { Filter } from "../../runtime/store/collection.ts";
import { decodeCursor, encodeCursor } from "../../runtime/store/page.ts";
import type { NotificationState } from "./domain.ts";
import { notifications } from "./model.ts";

/** A page in the order of time, the youngest first: ids tell what a notification is about and not when it was made. */
export async function pageOf(filter: Filter, { limit = 20, cursor }: { limit?: number; cursor?: string }) {
	const after = cursor ? decodeCursor(cursor, ["string", "string"]) : null;
	const rest = after && {
		$or: [{ createdAt: { $lt: after[0] } }, { createdAt: after[0], _id: { $lt: after[1] } }],
	};
	const found = await notifications.findMany(
		{ ...filter, ...rest },
		{ sort: { createdAt: -1, _id: -1 }, limit: limit + 1, projection: WITHOUT_CONTENT },
	);
	const more = found.length > limit;
	if (more) found.pop();
	const last = found.at(-1) as NotificationState;
	return { data: found, nextCursor: more ? encodeCursor([last.createdAt, last.id]) : null };
}

const WITHOUT_CONTENT = { data: 0, outbox: 0, writers: 0 } as const;
