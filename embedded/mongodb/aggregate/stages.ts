import { keyOf } from "../bson/key.ts";
import { type Doc, isDocument, isNumeric, setField } from "../bson/types.ts";
import { BadValue, FailedToParse, MongoError, NotSupported } from "../errors.ts";
import { compileFilter } from "../query/filter.ts";
import { compileProjection } from "../query/project.ts";
import { parseSort, Sorter, sortKey } from "../query/sort.ts";
import { compileAccumulator, type Running } from "./accumulators.ts";
import { compileExpression } from "./expression.ts";
import { compileFields } from "./fields.ts";
import { lookup, unionWith } from "./join.ts";
import { hasStage } from "./mingo.ts";
import { mingoStage } from "./rest.ts";
import { unwind } from "./unwind.ts";

/** Takes documents and gives documents, lazily where the stage allows it. */
export type Stage = (docs: Iterable<Doc>) => Iterable<Doc>;

/** How a stage reads another collection of the same database. */
export type Source = { read(collection: string, match: Doc): Iterable<Doc> };

/** Compiles a pipeline. Without a `source` the stages that read other collections are refused. */
export function compileStages(pipeline: readonly Doc[], source: Source | undefined, variables?: Doc): Stage {
	const stages = pipeline.map((stage, i) => compileStage(stage, source, variables, i));
	return (docs) => stages.reduce<Iterable<Doc>>((input, stage) => stage(input), docs);
}

const REFUSED = new Set([
	"$out",
	"$merge",
	"$geoNear",
	"$graphLookup",
	"$search",
	"$searchMeta",
	"$vectorSearch",
	"$indexStats",
	"$collStats",
	"$planCacheStats",
	"$currentOp",
	"$listSessions",
	"$listLocalSessions",
	"$changeStreamSplitLargeEvent",
]);

function compileStage(stage: Doc, source: Source | undefined, variables: Doc | undefined, at: number): Stage {
	const names = isDocument(stage) ? Object.keys(stage) : [];
	if (names.length !== 1)
		throw new MongoError(
			40323,
			"Location40323",
			"A pipeline stage specification object must contain exactly one field.",
		);
	const name = names[0]!;
	const spec = stage[name];
	switch (name) {
		case "$match": {
			if (!isDocument(spec))
				throw new MongoError(15959, "Location15959", "the match filter must be an expression in an object");
			const { test } = compileFilter(spec, variables);
			return (docs) => filtered(docs, test);
		}
		case "$project": {
			const project = compileProjection(spec, undefined, variables);
			if (!project)
				throw new MongoError(
					51272,
					"Location51272",
					"Invalid $project :: caused by :: projection specification must have at least one field",
				);
			return (docs) => mapped(docs, project);
		}
		case "$set":
		case "$addFields": {
			const set = compileFields(name, spec, variables);
			return (docs) => mapped(docs, set);
		}
		case "$unset": {
			const fields = (Array.isArray(spec) ? spec : [spec]) as string[];
			const drop = compileProjection(Object.fromEntries(fields.map((field) => [field, 0])))!;
			return (docs) => mapped(docs, drop);
		}
		case "$replaceRoot":
		case "$replaceWith": {
			const root = compileExpression(name === "$replaceRoot" ? (spec as Doc)?.newRoot : spec, variables);
			return (docs) => mapped(docs, (doc) => asRoot(root(doc)));
		}
		case "$group":
			return group(spec, variables);
		case "$sort":
			return sort(spec);
		case "$limit":
			return limit(count("$limit", spec, 1));
		case "$skip":
			return skip(count("$skip", spec, 0));
		case "$count": {
			if (typeof spec !== "string" || spec === "" || /[.$]/.test(spec))
				throw new MongoError(40156, "Location40156", "the count field must be a non-empty string");
			return function* (docs) {
				let n = 0;
				for (const _ of docs) n++;
				if (n > 0) yield { [spec]: n };
			};
		}
		case "$sortByCount":
			return chain([group({ _id: spec, count: { $sum: 1 } }, variables), sort({ count: -1 })]);
		case "$unwind":
			return unwind(spec);
		case "$sample":
			return sample(count("$sample", (spec as Doc)?.size, 0));
		case "$facet":
			return facet(spec, source, variables);
		case "$lookup":
			return lookup(spec, needSource(name, source), variables);
		case "$unionWith":
			return unionWith(spec, needSource(name, source), variables);
		case "$changeStream":
			throw new MongoError(40573, "Location40573", "The $changeStream stage is only supported on replica sets");
	}
	if (REFUSED.has(name)) throw new NotSupported(`the aggregation stage ${name}`);
	if (!hasStage(name)) throw new MongoError(40324, "Location40324", `Unrecognized pipeline stage name: '${name}'`);
	if (name === "$documents" && at > 0) throw new BadValue("$documents must be the first stage of a pipeline");
	return mingoStage(stage, variables);
}

function needSource(name: string, source: Source | undefined): Source {
	if (!source) throw new FailedToParse(`${name} is not allowed here`);
	return source;
}

const chain =
	(stages: Stage[]): Stage =>
	(docs) =>
		stages.reduce<Iterable<Doc>>((input, stage) => stage(input), docs);

function* filtered(docs: Iterable<Doc>, test: (doc: Doc) => boolean): Generator<Doc> {
	for (const doc of docs) if (test(doc)) yield doc;
}

function* mapped(docs: Iterable<Doc>, map: (doc: Doc) => Doc): Generator<Doc> {
	for (const doc of docs) yield map(doc);
}

function asRoot(value: unknown): Doc {
	if (!isDocument(value))
		throw new MongoError(40228, "Location40228", "'newRoot' expression must evaluate to an object");
	return value;
}

function count(name: string, value: unknown, least: number): number {
	const number = isNumeric(value) ? Number(value) : Number.NaN;
	if (!Number.isInteger(number) || number < least)
		throw new MongoError(15958, "Location15958", `the argument of ${name} must be a whole number of ${least} or more`);
	return number;
}

const limit = (most: number): Stage =>
	function* (docs) {
		let n = 0;
		for (const doc of docs) {
			yield doc;
			if (++n >= most) return;
		}
	};

const skip = (first: number): Stage =>
	function* (docs) {
		let n = 0;
		for (const doc of docs) if (n++ >= first) yield doc;
	};

function sort(spec: unknown): Stage {
	const parsed = parseSort(spec);
	if (!parsed) throw new MongoError(15976, "Location15976", "$sort stage must have at least one sort key");
	return function* (docs) {
		const sorter = new Sorter<Doc>(Number.POSITIVE_INFINITY);
		for (const doc of docs) sorter.add(sortKey(doc, parsed), doc);
		yield* sorter.done();
	};
}

function sample(size: number): Stage {
	return function* (docs) {
		const kept: Doc[] = [];
		let n = 0;
		for (const doc of docs) {
			if (kept.length < size) kept.push(doc);
			else {
				const at = Math.floor(Math.random() * (n + 1));
				if (at < size) kept[at] = doc;
			}
			n++;
		}
		for (let i = kept.length - 1; i > 0; i--) {
			const j = Math.floor(Math.random() * (i + 1));
			[kept[i], kept[j]] = [kept[j]!, kept[i]!];
		}
		yield* kept;
	};
}

function group(spec: unknown, variables?: Doc): Stage {
	if (!isDocument(spec))
		throw new MongoError(15947, "Location15947", "a group's fields must be specified in an object");
	if (!("_id" in spec)) throw new MongoError(15955, "Location15955", "a group specification must include an _id");
	const id = compileGroupKey(spec._id, variables);
	const fields = Object.keys(spec)
		.filter((name) => name !== "_id")
		.map((name) => ({ name, start: compileAccumulator(name, spec[name], variables) }));
	return function* (docs) {
		const groups = new Map<string, { id: unknown; running: Running[] }>();
		for (const doc of docs) {
			const value = id(doc);
			const key = keyOf(value ?? null);
			const text = key.latin1Slice(0, key.length);
			let found = groups.get(text);
			if (!found) {
				found = { id: value ?? null, running: fields.map(({ start }) => start()) };
				groups.set(text, found);
			}
			for (const running of found.running) running.add(doc);
		}
		for (const { id, running } of groups.values()) {
			const result: Doc = { _id: id };
			fields.forEach(({ name }, i) => {
				setField(result, name, running[i]!.result());
			});
			yield result;
		}
	};
}

// `{ day: "$day", sku: "$sku" }` is read field by field, so that the values keep their BSON types.
function compileGroupKey(spec: unknown, variables?: Doc): (doc: Doc) => unknown {
	if (!isDocument(spec) || Object.keys(spec).some((name) => name[0] === "$")) return compileExpression(spec, variables);
	const parts = Object.keys(spec).map((name) => ({ name, value: compileGroupKey(spec[name], variables) }));
	return (doc) => {
		const key: Doc = {};
		for (const { name, value } of parts) {
			const found = value(doc);
			if (found !== undefined) setField(key, name, found);
		}
		return key;
	};
}

function facet(spec: unknown, source: Source | undefined, variables?: Doc): Stage {
	if (!isDocument(spec))
		throw new MongoError(40169, "Location40169", "the $facet specification must be a non-empty object");
	const parts = Object.keys(spec).map((name) => {
		const pipeline = spec[name];
		if (!Array.isArray(pipeline))
			throw new MongoError(40170, "Location40170", `arguments to $facet must be arrays, ${name} is not`);
		return { name, run: compileStages(pipeline as Doc[], source, variables) };
	});
	return function* (docs) {
		const all = [...docs];
		const result: Doc = {};
		for (const { name, run } of parts) setField(result, name, [...run(all)]);
		yield result;
	};
}
