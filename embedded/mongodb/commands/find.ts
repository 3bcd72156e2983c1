import { decode } from "../bson/decode.ts";
import { keyOf } from "../bson/key.ts";
import { type Doc, isDocument } from "../bson/types.ts";
import { NotSupported, TypeMismatch } from "../errors.ts";
import { compileFilter, type Filter } from "../query/filter.ts";
import { anyAt, path } from "../query/path.ts";
import { type Plan, planQuery } from "../query/plan.ts";
import { compileByteProjection } from "../query/project.ts";
import { select } from "../query/select.ts";
import { parseSort } from "../query/sort.ts";
import {
	type Command,
	type Context,
	collectionName,
	collectionOf,
	deadline,
	filterField,
	integer,
	natural,
	refuse,
	refuseCollation,
} from "../server/context.ts";
import type { Collection, Row } from "../store/collection.ts";

const REFUSED = ["tailable", "awaitData", "returnKey", "showRecordId", "min", "max"];
const FIRST_BATCH = 101;

function* bytesOf(rows: Iterable<Row>, project: ((bytes: Buffer) => Buffer) | undefined): Generator<Buffer> {
	for (const { bytes } of rows) yield project ? project(bytes) : bytes;
}

const find: Command = {
	run(context, request) {
		const { body, db } = request;
		refuse(body, REFUSED);
		refuseCollation(body.collation);
		const name = collectionName(request);
		const filter = compileFilter(filterField(body, "filter"), body.let as Doc | undefined);
		const project = compileByteProjection(body.projection, filter, body.let as Doc | undefined);
		const sort = parseSort(body.sort);
		const limit = natural(body, "limit");
		const batchSize = natural(body, "batchSize", FIRST_BATCH);
		const namespace = `${db}.${name}`;
		const collection = context.catalog.find(db, name);
		if (!collection) return { cursor: { firstBatch: [], id: 0n, ns: namespace } };
		const single = body.singleBatch === true;
		const skip = natural(body, "skip");
		const id = skip === 0 ? idOnly(filter, body) : undefined;
		if (id !== undefined) {
			const row = collection.byId(id);
			const found = row ? [project ? project(row.bytes) : row.bytes] : [];
			if (batchSize > 0 || !row) return { cursor: { firstBatch: found, id: 0n, ns: namespace } };
		}
		const rows = select(context.database, collection, {
			filter,
			sort,
			limit,
			skip,
			hint: body.hint,
			deadline: deadline(body),
		});
		return context.cursors.first(namespace, bytesOf(rows, project), {
			batchSize,
			single,
			keeps: body.noCursorTimeout === true,
		});
	},
};

/** The `_id` of a filter that asks for nothing else: such a find needs neither plan nor test. */
export function idOnly({ source, conditions }: Filter, body: Doc): unknown {
	const [one] = conditions;
	if (conditions.length !== 1 || one!.path.text !== "_id" || one!.op !== "$eq" || body.hint !== undefined)
		return undefined;
	if (Object.keys(source).length !== 1 || !("_id" in source)) return undefined;
	const { value } = one!;
	if (value === null || value === undefined || Array.isArray(value)) return undefined;
	return typeof value === "object" && "pattern" in value ? undefined : value;
}

const getMore: Command = {
	run({ cursors }, { body, db }) {
		if (typeof body.getMore !== "bigint") throw new TypeMismatch("Field 'getMore' must be of type long");
		if (typeof body.collection !== "string") throw new TypeMismatch("Field 'collection' must be of type string");
		return cursors.next(body.getMore, `${db}.${body.collection}`, natural(body, "batchSize", Number.POSITIVE_INFINITY));
	},
};

const killCursors: Command = {
	run({ cursors }, { body }) {
		const ids = (Array.isArray(body.cursors) ? body.cursors : []).map((id) => BigInt(id));
		const killed = ids.filter((id) => cursors.kill(id));
		return {
			cursorsKilled: killed,
			cursorsNotFound: ids.filter((id) => !killed.includes(id)),
			cursorsAlive: [],
			cursorsUnknown: [],
		};
	},
};

/** How many documents match; index-free filters are counted by the table alone. */
export function countMatches(
	context: Context,
	collection: Collection,
	body: Doc,
	filter: Filter,
	skip: number,
	limit: number,
): number {
	if (Object.keys(filter.source).length === 0) {
		const all = collection.size();
		const rest = Math.max(0, all - skip);
		return limit > 0 ? Math.min(limit, rest) : rest;
	}
	let n = 0;
	for (const _ of select(context.database, collection, {
		filter,
		skip,
		limit,
		hint: body.hint,
		deadline: deadline(body),
	}))
		n++;
	return n;
}

const count: Command = {
	run(context, request) {
		const { body } = request;
		refuseCollation(body.collation);
		const filter = compileFilter(filterField(body, "query"));
		const collection = collectionOf(context, request);
		if (!collection) return { n: 0 };
		return {
			n: countMatches(context, collection, body, filter, natural(body, "skip"), Math.abs(integer(body, "limit"))),
		};
	},
};

const distinct: Command = {
	run(context, request) {
		const { body } = request;
		refuseCollation(body.collation);
		if (typeof body.key !== "string") throw new TypeMismatch("Field 'key' must be of type string");
		const { parts } = path(body.key);
		const filter = compileFilter(filterField(body, "query"));
		const collection = collectionOf(context, request);
		const values = new Map<string, unknown>();
		const take = (value: unknown) => {
			if (value === undefined) return;
			const key = keyOf(value);
			values.set(key.latin1Slice(0, key.length), value);
		};
		if (collection)
			for (const { bytes } of select(context.database, collection, {
				filter,
				hint: body.hint,
				deadline: deadline(body),
			}))
				anyAt(decode(bytes), parts, 0, (value) => {
					if (Array.isArray(value)) value.forEach(take);
					else take(value);
					return false;
				});
		return { values: [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value) };
	},
};

const explain: Command = {
	run(context, request) {
		const { body, db } = request;
		const inner = body.explain;
		if (!isDocument(inner)) throw new TypeMismatch("Field 'explain' must be an object");
		const name = Object.keys(inner)[0]!;
		const target = inner[name];
		const match =
			name === "aggregate"
				? (((inner.pipeline as Doc[])[0]?.$match as Doc) ?? {})
				: (inner.filter ?? inner.query ?? {});
		if (!["find", "count", "distinct", "aggregate"].includes(name) || typeof target !== "string")
			throw new NotSupported(`explain of ${name}`);
		const filter = compileFilter(match as Doc);
		const collection = context.catalog.find(db, target);
		const namespace = `${db}.${target}`;
		if (!collection) return { queryPlanner: { namespace, winningPlan: { stage: "EOF" } } };
		const plan = planQuery(
			context.database,
			collection,
			filter,
			parseSort(inner.sort),
			natural(inner, "limit"),
			inner.hint,
		);
		const winningPlan = stageOf(plan);
		return {
			queryPlanner: { namespace, winningPlan: { ...winningPlan, sortsInMemory: !plan.sorted } },
			explainVersion: "1",
		};
	},
};

function stageOf(plan: Plan): Doc {
	if (plan.kind === "table") return { stage: "COLLSCAN" };
	if (plan.kind === "ids")
		return plan.ids.length === 1
			? { stage: "IDHACK" }
			: { stage: "IXSCAN", indexName: "_id_", direction: "forward", ranges: plan.ids.length };
	const { index, backwards, ranges } = plan;
	return {
		stage: "IXSCAN",
		indexName: index.name,
		direction: backwards ? "backward" : "forward",
		ranges: ranges.length,
	};
}

/** Reading commands. */
export const reads: Record<string, Command> = { find, getMore, killCursors, count, distinct, explain };
