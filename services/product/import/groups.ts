import { createHash } from "node:crypto";
import { slugify } from "../domain.ts";
import type { Header } from "./header.ts";

/** Rows of one product. */
export interface Group {
	slug: string;
	rows: { row: number; cells: string[] }[];
}

/** More rows than any product may have: what comes after is not waited for. */
const LONGEST = 600;

/**
 * Puts rows with the same handle together, wherever in the batch they stand; a row without one belongs to the row
 * before. Unless these rows are the last, those of the product in which they end are left over.
 */
export function groupRows(
	header: Header,
	firstRow: number,
	rows: string[][],
	last: boolean,
): { groups: Group[]; pending: string[][] } {
	const handleAt = header.get("handle")?.index ?? -1;
	const titleAt = header.get("title")!.index;
	const groups = new Map<string, Group>();
	let current: Group | undefined;
	let begin = 0;
	for (const [n, cells] of rows.entries()) {
		if (cells.every((cell) => cell.trim() === "")) continue;
		const slug = slugOf((cells[handleAt] ?? "").trim() || (cells[titleAt] ?? "").trim());
		if (!current || (slug !== "" && slug !== current.slug)) {
			begin = n;
			current = groups.get(slug) ?? { slug, rows: [] };
			groups.set(slug, current);
		}
		current.rows.push({ row: firstRow + n, cells });
	}
	if (last || !current || rows.length - begin > LONGEST) {
		return { groups: [...groups.values()], pending: [] };
	}
	current.rows = current.rows.filter(({ row }) => row < firstRow + begin);
	if (current.rows.length === 0) groups.delete(current.slug);
	return { groups: [...groups.values()], pending: rows.slice(begin) };
}

/** A handle that is a slug stays what it is; one in another script gets a slug that is always the same. */
function slugOf(handle: string): string {
	if (handle === "" || (handle.length <= 255 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(handle))) return handle;
	return slugify(handle) || `product-${createHash("sha256").update(handle).digest("hex").slice(0, 12)}`;
}
