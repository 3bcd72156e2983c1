import { EMPTY_ARRAY } from "../bson/key.ts";
import { getField, isDocument } from "../bson/types.ts";
import { MongoError } from "../errors.ts";
import { indexOf } from "../query/path.ts";

/** One entry's values, a missing one as `undefined`, and for each indexed path whether an array lies on it. */
export type IndexKeys = { rows: unknown[][]; arrays: boolean[] };

type Walk = { value: unknown; rest: readonly string[]; done: boolean };

/**
 * The entries that a document has in an index over `paths`: one for each element where an array lies on a path.
 * Throws 171 when two paths lead through two different arrays.
 */
export function indexKeys(doc: unknown, paths: readonly (readonly string[])[]): IndexKeys {
	const arrays = paths.map(() => false);
	const rows: unknown[][] = [];
	expand(
		paths.map((rest) => ({ value: doc, rest, done: false })),
		arrays,
		rows,
	);
	return { rows, arrays };
}

function expand(walks: Walk[], arrays: boolean[], rows: unknown[][]): void {
	let array: unknown[] | undefined;
	const next = walks.map((walk) => {
		let { value, rest } = walk;
		if (walk.done) return walk;
		while (rest.length > 0 && isDocument(value)) {
			value = getField(value, rest[0]!);
			rest = rest.slice(1);
		}
		while (rest.length > 0 && Array.isArray(value) && indexOf(rest[0]!) >= 0 && indexOf(rest[0]!) < value.length) {
			value = value[indexOf(rest[0]!)];
			rest = rest.slice(1);
			while (rest.length > 0 && isDocument(value)) {
				value = getField(value, rest[0]!);
				rest = rest.slice(1);
			}
		}
		if (Array.isArray(value)) {
			if (array !== undefined && array !== value) throw parallelArrays();
			array = value;
			return { value, rest, done: false };
		}
		return { value: rest.length > 0 ? undefined : value, rest: [], done: true };
	});
	if (array === undefined) {
		rows.push(next.map((walk) => walk.value));
		return;
	}
	next.forEach((walk, i) => {
		if (!walk.done) arrays[i] = true;
	});
	if (array.length === 0) {
		rows.push(next.map((walk) => (walk.done ? walk.value : walk.rest.length === 0 ? EMPTY_ARRAY : undefined)));
		return;
	}
	for (const item of array)
		expand(
			next.map((walk) => (walk.done ? walk : step(walk, item))),
			arrays,
			rows,
		);
}

// An array directly inside an array is one value of its own.
function step(walk: Walk, item: unknown): Walk {
	if (walk.rest.length === 0) return { value: item, rest: [], done: true };
	return isDocument(item) ? { value: item, rest: walk.rest, done: false } : { value: undefined, rest: [], done: true };
}

const parallelArrays = () => new MongoError(171, "CannotIndexParallelArrays", "cannot index parallel arrays");
