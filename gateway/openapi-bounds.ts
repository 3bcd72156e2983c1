type Json = Record<string, unknown>;

/** Bytes that a body of JSON may have, and a message between services: no text in either is longer. */
const LONGEST = 1_048_576;

/**
 * A schema with the bounds that hold of every message by themselves, where it states none that are closer: what a body or a
 * message has room for, and the integers that JSON's numbers hold exactly.
 */
export function bounded<S>(schema: S): S {
	return bound(schema) as S;
}

function bound(schema: unknown): unknown {
	if (Array.isArray(schema)) return schema.map(bound);
	if (typeof schema !== "object" || schema === null) return schema;
	const { type, enum: choices, const: only } = schema as Json;
	const told = Object.fromEntries(
		Object.entries(schema).map(([key, value]) => [
			key,
			key === "properties" || key === "patternProperties"
				? mapped(value as Json)
				: VALUES.has(key)
					? value
					: bound(value),
		]),
	);
	if (type === "string" && choices === undefined && only === undefined) return { maxLength: LONGEST, ...told };
	if (type === "array") return { maxItems: LONGEST / 2, ...told };
	if (type === "integer")
		return { format: "int64", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, ...told };
	return told;
}

/** Keywords that hold values, not schemas. */
const VALUES = new Set(["enum", "const", "default", "examples", "required"]);

const mapped = (schemas: Json) => Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, bound(one)]));
