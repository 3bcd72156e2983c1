import { type Doc, getField, isDocument, setField } from "../bson/types.ts";
import { MongoError } from "../errors.ts";
import type { Stage } from "./stages.ts";

/** `$unwind`: one document for each element. */
export function unwind(spec: unknown): Stage {
	const options = isDocument(spec) ? spec : { path: spec };
	const { path, includeArrayIndex, preserveNullAndEmptyArrays } = options as Doc;
	if (typeof path !== "string" || path[0] !== "$")
		throw new MongoError(
			28818,
			"Location28818",
			`path option to $unwind stage should be prefixed with a '$': ${String(path)}`,
		);
	const parts = path.slice(1).split(".");
	const keep = preserveNullAndEmptyArrays === true;
	const index = typeof includeArrayIndex === "string" ? includeArrayIndex.split(".") : undefined;
	const at = (doc: Doc, n: bigint | null) => (index ? replaced(doc, index, 0, n) : doc);
	return function* (docs) {
		for (const doc of docs) {
			let value: unknown = doc;
			for (const part of parts) value = isDocument(value) ? getField(value, part) : undefined;
			if (!Array.isArray(value)) {
				if ((value !== undefined && value !== null) || keep) yield at(doc, null);
			} else if (value.length === 0) {
				if (keep) yield at(replaced(doc, parts, 0, undefined), null);
			} else for (let i = 0; i < value.length; i++) yield at(replaced(doc, parts, 0, value[i]), BigInt(i));
		}
	};
}

function replaced(doc: Doc, parts: string[], from: number, value: unknown): Doc {
	const copy = { ...doc };
	const name = parts[from]!;
	if (from === parts.length - 1) {
		if (value === undefined) delete copy[name];
		else setField(copy, name, value);
	} else setField(copy, name, replaced((getField(copy, name) ?? {}) as Doc, parts, from + 1, value));
	return copy;
}
