import { type Doc, isDocument, setField } from "../bson/types.ts";
import { FailedToParse, NotSupported } from "../errors.ts";
import { compileExpression, resolve } from "./expression.ts";
import { compileStages, type Source, type Stage } from "./stages.ts";

/** `$lookup` in both forms; the other collection is asked through its indexes, once for each document. */
export function lookup(spec: unknown, source: Source, outer: Doc = {}): Stage {
	if (!isDocument(spec)) throw new FailedToParse("the $lookup specification must be an Object");
	const { from, localField, foreignField, as, pipeline, let: bindings } = spec;
	if (typeof from !== "string") throw new NotSupported("$lookup without a collection name in 'from'");
	if (typeof as !== "string") throw new FailedToParse("must specify 'as' field for a $lookup");
	if ((localField === undefined) !== (foreignField === undefined))
		throw new FailedToParse("$lookup requires both or neither of 'localField' and 'foreignField' to be specified");
	if (localField === undefined && !Array.isArray(pipeline))
		throw new FailedToParse(
			"$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
		);
	const stages = (pipeline ?? []) as Doc[];
	const variables = Object.entries((bindings ?? {}) as Doc).map(([name, value]) => ({
		name,
		value: compileExpression(value, outer),
	}));
	const fixed = variables.length === 0 ? compileStages(stages, source, outer) : undefined;
	const join = (doc: Doc): Doc[] => {
		const match =
			localField === undefined ? {} : equals(String(foreignField), resolve(doc, String(localField).split("."), 0));
		let run = fixed;
		if (!run) {
			const bound: Doc = { ...outer };
			for (const { name, value } of variables) setField(bound, name, value(doc) ?? null);
			run = compileStages(stages, source, bound);
		}
		return [...run(source.read(from, match))];
	};
	return function* (docs) {
		for (const doc of docs) yield withField(doc, as.split("."), join(doc));
	};
}

// An array on the local side matches whatever one of its elements matches; nothing on it matches nothing or null.
function equals(field: string, value: unknown): Doc {
	return { [field]: Array.isArray(value) ? { $in: value } : { $eq: value ?? null } };
}

function withField(doc: Doc, parts: string[], value: unknown): Doc {
	const copy = { ...doc };
	const [name, ...rest] = parts as [string, ...string[]];
	const inner = copy[name];
	setField(copy, name, rest.length === 0 ? value : withField(isDocument(inner) ? inner : {}, rest, value));
	return copy;
}

/** `$unionWith`: the documents of another collection after one's own. */
export function unionWith(spec: unknown, source: Source, variables?: Doc): Stage {
	const { coll, pipeline = [] } = (typeof spec === "string" ? { coll: spec } : spec) as Doc;
	if (typeof coll !== "string") throw new NotSupported("$unionWith without a collection");
	const run = compileStages(pipeline as Doc[], source, variables);
	return function* (docs) {
		yield* docs;
		yield* run(source.read(coll, {}));
	};
}
