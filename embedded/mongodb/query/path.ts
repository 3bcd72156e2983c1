import { getField, isDocument } from "../bson/types.ts";
import { BadValue } from "../errors.ts";

/** A dotted path, split once. */
export type Path = { text: string; parts: readonly string[]; top: string };

const known = new Map<string, Path>();

/** Splits `a.b.0` and remembers it. Throws on an empty path part, which no field name can be. */
export function path(text: string): Path {
	let found = known.get(text);
	if (found) return found;
	const parts = text.split(".");
	if (parts.length > 1 && parts.some((part) => part === ""))
		throw new BadValue(`The path '${text}' has an empty field name`);
	found = { text, parts, top: parts[0]! };
	if (known.size > 5000) known.clear();
	known.set(text, found);
	return found;
}

/** The array index a path part stands for, or -1. */
export function indexOf(part: string): number {
	const code = part.charCodeAt(0);
	return code >= 48 && code <= 57 && /^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : -1;
}

/**
 * Is there a value at the path that passes? Arrays on the way are searched through, as MongoDB does; a missing value is `undefined`.
 * The value at the end is handed over whole, also when it is an array.
 */
export function anyAt(
	value: unknown,
	parts: readonly string[],
	from: number,
	test: (value: unknown) => boolean,
): boolean {
	if (from === parts.length) return test(value);
	const part = parts[from]!;
	if (isDocument(value)) return anyAt(getField(value, part), parts, from + 1, test);
	if (!Array.isArray(value)) return test(undefined);
	const index = indexOf(part);
	if (index >= 0 && index < value.length && anyAt(value[index], parts, from + 1, test)) return true;
	for (const item of value) if (isDocument(item) && anyAt(getField(item, part), parts, from + 1, test)) return true;
	return false;
}

/** The value at a path without searching arrays: only `a.0.b` enters one. */
export function valueAt(value: unknown, parts: readonly string[]): unknown {
	let current = value;
	for (const part of parts) {
		if (isDocument(current)) current = getField(current, part);
		else if (Array.isArray(current)) current = current[indexOf(part)];
		else return undefined;
	}
	return current;
}
