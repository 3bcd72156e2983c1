import { fail } from "../../runtime/errors.ts";
import type { Filter } from "../../runtime/store/collection.ts";
import { decodeCursor, encodeCursor } from "../../runtime/store/page.ts";
import type { ReviewState } from "./domain.ts";

export type SortName = "newest" | "helpful" | "rating" | "-rating";

const ORDERS: Record<SortName, { field: "helpful" | "rating" | null; direction: 1 | -1 }> = {
	newest: { field: null, direction: -1 },
	helpful: { field: "helpful", direction: -1 },
	rating: { field: "rating", direction: 1 },
	"-rating": { field: "rating", direction: -1 },
};

/** The order of a list as the store sorts it; ids settle ties, so that it has an index and every review one place. */
export function sortOf(name: SortName): Record<string, 1 | -1> {
	const { field, direction } = ORDERS[name];
	return { ...(field ? { [field]: direction } : {}), _id: direction };
}

export function cursorAfter(name: SortName, review: ReviewState): string {
	const { field } = ORDERS[name];
	return encodeCursor([name, field ? review[field] : 0, review.id]);
}

/** What comes after a cursor. @throws validation_failed for a cursor of another order */
export function rangeAfter(name: SortName, cursor: string): Filter {
	const [of, value, id] = decodeCursor(cursor, ["string", "number", "string"]);
	if (of !== name) throw fail("validation_failed", { errors: [{ path: "/cursor", message: "is of another order" }] });
	const { field, direction } = ORDERS[name];
	const beyond = direction === 1 ? "$gt" : "$lt";
	if (!field) return { _id: { [beyond]: id } };
	return { $or: [{ [field]: { [beyond]: value } }, { [field]: value, _id: { [beyond]: id } }] };
}
