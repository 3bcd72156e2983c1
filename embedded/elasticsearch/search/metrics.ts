import { type Json, only } from "../body.ts";
import { unsupported } from "../errors.ts";
import { KeywordColumn, type NumberColumn } from "../index/columns.ts";

/** The aggregations that give a number. */
export const METRICS = new Set(["min", "max", "sum", "avg", "stats", "value_count", "cardinality"]);

export function metric(
	kind: string,
	spec: Json,
	column: NumberColumn | KeywordColumn | undefined,
	docs: Int32Array,
): Json {
	only(spec, kind === "cardinality" ? ["field", "precision_threshold"] : ["field"], kind);
	if (kind === "cardinality") return { value: distinct(column, docs) };
	if (column instanceof KeywordColumn) {
		if (kind !== "value_count") throw unsupported(`${kind} of a keyword field`);
		let count = 0;
		for (const doc of docs) column.each(doc, () => count++);
		return { value: count };
	}
	let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
	if (column)
		for (const doc of docs) {
			for (const value of column.many.get(doc) ?? (column.has(doc) ? [column.values[doc]!] : [])) {
				count++;
				sum += value;
				if (value < min) min = value;
				if (value > max) max = value;
			}
		}
	const all = { count, min: count ? min : null, max: count ? max : null, avg: count ? sum / count : null, sum };
	if (kind === "stats") return all;
	return { value: kind === "value_count" ? count : all[kind as "min" | "max" | "avg" | "sum"] };
}

function distinct(column: NumberColumn | KeywordColumn | undefined, docs: Int32Array): number {
	const seen = new Set<number>();
	for (const doc of docs) {
		if (column instanceof KeywordColumn) column.each(doc, (ordinal) => seen.add(ordinal));
		else for (const value of column?.all(doc) ?? []) seen.add(value);
	}
	return seen.size;
}
