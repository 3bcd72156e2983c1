import { type Doc, isDocument } from "../bson/types.ts";
import type { Condition, Filter } from "../query/filter.ts";
import { anyAt, valueAt } from "../query/path.ts";

/** Which element of the array at `parts` the filter matched: what `$` stands for. Undefined when it asked nothing of that array. */
export function matchedElement(doc: Doc, parts: readonly string[], { conditions }: Filter): number | undefined {
	const list = valueAt(doc, parts);
	if (!Array.isArray(list)) return undefined;
	const at = parts.join(".");
	const asked = conditions.filter(({ path }) => path.text === at || path.text.startsWith(`${at}.`));
	if (asked.length === 0) return undefined;
	const all = list.findIndex((item) => asked.every((one) => holds(one, item, parts.length)));
	if (all >= 0) return all;
	// Different elements met the conditions: MongoDB keeps the one that the last condition met.
	const last = list.findIndex((item) => holds(asked.at(-1)!, item, parts.length));
	return last >= 0 ? last : undefined;
}

function holds({ path, op, test }: Condition, item: unknown, depth: number): boolean {
	const rest = path.parts.slice(depth);
	if (rest.length === 0) return test(op === "$elemMatch" || op === "$size" ? [item] : item);
	return isDocument(item) && anyAt(item, rest, 0, test);
}
