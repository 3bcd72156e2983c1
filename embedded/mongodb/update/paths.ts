import { type Doc, getField, isDocument, setField } from "../bson/types.ts";
import { BadValue, MongoError } from "../errors.ts";
import { indexOf } from "../query/path.ts";

/** A place in a document: the document or array that holds it and the name or number in there. */
export type Slot = { parent: Doc | unknown[]; name: string };

/** Reads a place; missing is `undefined`. */
export function read({ parent, name }: Slot): unknown {
	return Array.isArray(parent) ? parent[indexOf(name)] : getField(parent, name);
}

/** Writes a place; an array is filled up with nulls before it. */
export function write({ parent, name }: Slot, value: unknown): void {
	if (!Array.isArray(parent)) {
		setField(parent, name, value);
		return;
	}
	const index = indexOf(name);
	if (index - parent.length > 1_500_000) throw new BadValue("can't backfill more than 1500000 elements");
	while (parent.length < index) parent.push(null);
	parent[index] = value;
}

/** Finds the place of a path. With `create` the documents on the way are made; without it a missing way is undefined. */
export function locate(doc: Doc, parts: readonly string[], create: boolean): Slot | undefined {
	let parent: Doc | unknown[] = doc;
	for (let i = 0; ; i++) {
		const name = parts[i]!;
		if (Array.isArray(parent) && indexOf(name) < 0) {
			if (!create) return undefined;
			throw notViable(parts, i, parent);
		}
		if (i === parts.length - 1) return { parent, name };
		let next = read({ parent, name });
		if (!isDocument(next) && !Array.isArray(next)) {
			if (next !== undefined || !create) {
				if (!create) return undefined;
				throw notViable(parts, i + 1, next, name);
			}
			next = {};
			write({ parent, name }, next);
		}
		parent = next as Doc | unknown[];
	}
}

/** Throws 28 when a way ends at a value that has no fields, not when it is only missing. */
export function checkTraversable(doc: Doc, parts: readonly string[]): void {
	let value: unknown = doc;
	for (let i = 0; i < parts.length; i++) {
		if (value === undefined) return;
		const inArray = Array.isArray(value);
		if ((!isDocument(value) && !inArray) || (inArray && indexOf(parts[i]!) < 0)) throw notViable(parts, i, value);
		value = read({ parent: value as Doc | unknown[], name: parts[i]! });
	}
}

function notViable(parts: readonly string[], at: number, value: unknown, name = parts[at - 1]): MongoError {
	const shown = JSON.stringify(value, (_, item) => (typeof item === "bigint" ? Number(item) : item));
	return new MongoError(28, "PathNotViable", `Cannot create field '${parts[at]}' in element {${name}: ${shown}}`);
}
