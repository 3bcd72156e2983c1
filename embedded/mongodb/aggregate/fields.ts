import { type Doc, getField, isDocument, setField } from "../bson/types.ts";
import { MongoError } from "../errors.ts";
import { compileExpression, type Expression } from "./expression.ts";

type Setter = { parts: string[]; value: Expression };

/** `$addFields` and `$set`: every expression sees the document as it came. */
export function compileFields(stage: string, spec: unknown, variables?: Doc): (doc: Doc) => Doc {
	if (!isDocument(spec)) throw new MongoError(40272, "Location40272", `${stage} specification stage must be an object`);
	const setters = Object.keys(spec).flatMap((name) => settersOf(name.split("."), spec[name], variables));
	return (doc) => {
		const values = setters.map(({ value }) => value(doc));
		let result: Doc = { ...doc };
		setters.forEach(({ parts }, i) => {
			result = place(result, parts, 0, values[i]) as Doc;
		});
		return result;
	};
}

// A plain sub-document sets the fields inside and leaves its neighbours.
function settersOf(parts: string[], value: unknown, variables?: Doc): Setter[] {
	if (isDocument(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]!.startsWith("$"))
		return Object.keys(value).flatMap((name) => settersOf([...parts, ...name.split(".")], value[name], variables));
	return [{ parts, value: compileExpression(value, variables) }];
}

function place(target: unknown, parts: string[], at: number, value: unknown): unknown {
	if (Array.isArray(target)) return target.map((item) => place(item, parts, at, value));
	const doc: Doc = isDocument(target) ? { ...target } : {};
	const name = parts[at]!;
	if (at < parts.length - 1) setField(doc, name, place(getField(doc, name), parts, at + 1, value));
	else if (value === undefined) delete doc[name];
	else setField(doc, name, value);
	return doc;
}
