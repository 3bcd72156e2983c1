import { fieldsOf } from "../aggregate/expression.ts";
import { compileStages, type Source } from "../aggregate/stages.ts";
import { decode, decodeFields } from "../bson/decode.ts";
import { encode } from "../bson/encode.ts";
import { type Doc, isDocument } from "../bson/types.ts";
import { FailedToParse, MongoError, NotSupported, TypeMismatch } from "../errors.ts";
import { compileFilter } from "../query/filter.ts";
import { path } from "../query/path.ts";
import { type Selection, select } from "../query/select.ts";
import { parseSort } from "../query/sort.ts";
import { type Command, type Context, collectionOf, deadline, natural, refuseCollation } from "../server/context.ts";
import { countMatches } from "./find.ts";

const FIRST_BATCH = 101;

/** The beginning of a pipeline that a selection does: matches, then sort, skip and limit. */
function head(pipeline: readonly Doc[], variables: Doc | undefined): { selection: Selection; rest: readonly Doc[] } {
	const matches: Doc[] = [];
	let at = 0;
	const next = (name: string) =>
		isDocument(pipeline[at]) && Object.keys(pipeline[at]!).length === 1 && name in pipeline[at]!
			? pipeline[at]![name]
			: undefined;
	for (let match = next("$match"); isDocument(match); match = next("$match")) {
		matches.push(match);
		at++;
	}
	const filter = compileFilter(
		matches.length === 1 ? matches[0]! : matches.length === 0 ? {} : { $and: matches },
		variables,
	);
	const selection: Selection = { filter };
	const sort = next("$sort");
	if (isDocument(sort)) {
		selection.sort = parseSort(sort);
		at++;
	}
	const skip = next("$skip");
	if (typeof skip === "number" && skip >= 0) {
		selection.skip = skip;
		at++;
	}
	const limit = next("$limit");
	if (typeof limit === "number" && limit > 0) {
		selection.limit = limit;
		at++;
	}
	return { selection, rest: pipeline.slice(at) };
}

/** The fields that the rest of a pipeline can see, when a `$group`, a `$count` or a counting stage comes first. */
function neededFields(rest: readonly Doc[]): Set<string> | undefined {
	const fields = new Set<string>();
	for (const stage of rest) {
		if ("$count" in stage) return fields;
		if ("$group" in stage || "$sortByCount" in stage)
			return fieldsOf(stage.$group ?? stage.$sortByCount, fields) ? fields : undefined;
		if (!("$unwind" in stage)) return undefined;
		const at = isDocument(stage.$unwind) ? stage.$unwind.path : stage.$unwind;
		if (typeof at !== "string" || (isDocument(stage.$unwind) && stage.$unwind.includeArrayIndex !== undefined))
			return undefined;
		fields.add(path(at.slice(1)).top);
	}
	return undefined;
}

function sourceOf(context: Context, db: string): Source {
	return {
		*read(name, match) {
			const collection = context.catalog.find(db, name);
			if (!collection) return;
			for (const { bytes } of select(context.database, collection, { filter: compileFilter(match) }))
				yield decode(bytes);
		},
	};
}

// What the driver's countDocuments sends.
function isCount(rest: readonly Doc[]): boolean {
	const group = rest.length === 1 ? rest[0]!.$group : undefined;
	if (!isDocument(group) || Object.keys(group).length !== 2 || typeof group._id !== "number") return false;
	return isDocument(group.n) && group.n.$sum === 1;
}

const aggregate: Command = {
	run(context, request) {
		const { body, db } = request;
		refuseCollation(body.collation);
		const { pipeline, cursor } = body;
		if (!Array.isArray(pipeline)) throw new TypeMismatch("'pipeline' option must be specified as an array");
		if (body.explain === true) throw new NotSupported("aggregate with explain; use the explain command");
		if (!isDocument(cursor))
			throw new FailedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
		const variables = body.let as Doc | undefined;
		const batchSize = natural(cursor, "batchSize", FIRST_BATCH);
		const source = sourceOf(context, db);
		if (body.aggregate === 1) {
			const first = isDocument(pipeline[0]) ? Object.keys(pipeline[0])[0] : undefined;
			if (first !== "$documents" && first !== "$changeStream")
				throw new MongoError(
					73,
					"InvalidNamespace",
					`{aggregate: 1} is not valid for '${first}'; a collection is required.`,
				);
			const docs = compileStages(pipeline as Doc[], source, variables)([]);
			return context.cursors.first(`${db}.$cmd.aggregate`, encoded(docs), { batchSize });
		}
		const collection = collectionOf(context, request);
		const namespace = `${db}.${body.aggregate}`;
		const { selection, rest } = head(pipeline as Doc[], variables);
		if (collection && isCount(rest) && !selection.sort) {
			const n = countMatches(context, collection, body, selection.filter, selection.skip ?? 0, selection.limit ?? 0);
			const docs = n > 0 ? [encode({ _id: (rest[0]!.$group as Doc)._id, n })] : [];
			return { cursor: { firstBatch: docs, id: 0n, ns: namespace } };
		}
		const run = rest.length > 0 ? compileStages(rest, source, variables) : undefined;
		if (!collection) return context.cursors.first(namespace, encoded(run ? run([]) : []), { batchSize });
		const rows = select(context.database, collection, { ...selection, hint: body.hint, deadline: deadline(body) });
		if (!run) return context.cursors.first(namespace, raw(rows), { batchSize });
		return context.cursors.first(namespace, encoded(run(decoded(rows, neededFields(rest)))), { batchSize });
	},
};

function* decoded(rows: Iterable<{ bytes: Buffer }>, fields: Set<string> | undefined): Generator<Doc> {
	for (const { bytes } of rows) yield fields ? decodeFields(bytes, fields) : decode(bytes);
}

function* raw(rows: Iterable<{ bytes: Buffer }>): Generator<Buffer> {
	for (const { bytes } of rows) yield bytes;
}

function* encoded(docs: Iterable<Doc>): Generator<Buffer> {
	for (const doc of docs) yield encode(doc);
}

/** The aggregate command. */
export const aggregates: Record<string, Command> = { aggregate };
