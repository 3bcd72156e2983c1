import { decode } from "../bson/decode.ts";
import { encode } from "../bson/encode.ts";
import { type Doc, isDocument } from "../bson/types.ts";
import { BadValue, FailedToParse, MongoError } from "../errors.ts";
import { compileFilter } from "../query/filter.ts";
import { compileByteProjection } from "../query/project.ts";
import {
	type Command,
	collectionName,
	collectionOf,
	filterField,
	type Request,
	refuseCollation,
} from "../server/context.ts";
import { deleteDocuments, insertOne, selectOne, type UpdateStatement, updateDocuments } from "./write.ts";

const MOST_STATEMENTS = 100_000;

/** The documents of a command's list, from beside it or from inside. */
function listed({ body, sequences }: Request, field: string): Buffer[] {
	const beside = sequences?.get(field);
	const list = beside ?? (Array.isArray(body[field]) ? (body[field] as Doc[]).map((doc) => encode(doc)) : undefined);
	if (!list) throw new MongoError(40414, "Location40414", `BSON field '${field}' is missing but a required field`);
	checkCount(list.length);
	return list;
}

function checkCount(count: number): void {
	if (count === 0 || count > MOST_STATEMENTS)
		throw new MongoError(
			16,
			"InvalidLength",
			`Write batch sizes must be between 1 and ${MOST_STATEMENTS}. Got ${count} operations.`,
		);
}

/** The statements of a command's list. */
function statementsOf(request: Request, field: string): Doc[] {
	const inside = request.body[field];
	if (!request.sequences?.has(field) && Array.isArray(inside) && inside.every(isDocument)) {
		checkCount(inside.length);
		return inside;
	}
	return listed(request, field).map((bytes) => decode(bytes));
}

/** Runs each statement; a failed one is reported with its place, and ends an ordered list. */
export function eachStatement(count: number, ordered: boolean, run: (i: number) => void): Doc[] {
	const errors: Doc[] = [];
	for (let i = 0; i < count; i++) {
		try {
			run(i);
		} catch (error) {
			if (!(error instanceof MongoError)) throw error;
			errors.push({ index: i, code: error.code, errmsg: error.message, ...error.more });
			if (ordered) break;
		}
	}
	return errors;
}

const insert: Command = {
	write: true,
	run({ catalog }, request) {
		const documents = listed(request, "documents");
		const collection = catalog.ensure(request.db, collectionName(request));
		let n = 0;
		const writeErrors = eachStatement(documents.length, request.body.ordered !== false, (i) => {
			insertOne(collection, documents[i]!);
			n++;
		});
		return writeErrors.length > 0 ? { n, writeErrors } : { n };
	},
};

const update: Command = {
	write: true,
	run(context, request) {
		const statements = statementsOf(request, "updates");
		const name = collectionName(request);
		let n = 0;
		let nModified = 0;
		const upserted: Doc[] = [];
		const writeErrors = eachStatement(statements.length, request.body.ordered !== false, (index) => {
			const statement = statements[index] as unknown as UpdateStatement;
			if (!isDocument(statement.q)) throw new FailedToParse("the 'q' of an update must be an object");
			const existing = context.catalog.find(request.db, name);
			statement.c ??= request.body.let as Doc | undefined;
			const done = updateDocuments(context, () => context.catalog.ensure(request.db, name), existing, statement);
			n += done.matched;
			nModified += done.modified;
			if (done.upserted === undefined) return;
			n++;
			upserted.push({ index, _id: done.upserted });
		});
		const reply: Doc = { n, nModified };
		if (upserted.length > 0) reply.upserted = upserted;
		if (writeErrors.length > 0) reply.writeErrors = writeErrors;
		return reply;
	},
};

const remove: Command = {
	write: true,
	run(context, request) {
		const statements = statementsOf(request, "deletes");
		let n = 0;
		const writeErrors = eachStatement(statements.length, request.body.ordered !== false, (i) => {
			const { q, limit, hint, collation } = statements[i]!;
			refuseCollation(collation);
			const filter = compileFilter(q as Doc, request.body.let as Doc | undefined);
			const most = Number(limit ?? 0);
			if (most !== 0 && most !== 1)
				throw new FailedToParse(`The limit field in delete objects must be 0 or 1. Got ${most}`);
			const collection = collectionOf(context, request);
			if (collection) n += deleteDocuments(context, collection, filter, most === 1, hint);
		});
		return writeErrors.length > 0 ? { n, writeErrors } : { n };
	},
};

const findAndModify: Command = {
	write: true,
	run(context, request) {
		const { body, db } = request;
		refuseCollation(body.collation);
		const name = collectionName(request);
		const variables = body.let as Doc | undefined;
		const filter = compileFilter(filterField(body, "query"), variables);
		const project = compileByteProjection(body.fields, filter, variables);
		const shown = (bytes: Buffer | undefined) => (bytes ? (project ? project(bytes) : bytes) : null);
		const collection = context.catalog.find(db, name);
		if (body.remove === true) {
			if (body.update !== undefined) throw new FailedToParse("Cannot specify both an update and remove=true");
			if (body.new === true)
				throw new FailedToParse(
					"Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
				);
			const found = collection && selectOne(context, collection, filter, body.hint, body.sort);
			if (found) collection.remove(found.row, found.bytes);
			return { lastErrorObject: { n: found ? 1 : 0 }, value: shown(found?.bytes) };
		}
		if (body.update === undefined) throw new FailedToParse("Either an update or remove=true must be specified");
		const statement: UpdateStatement = {
			q: filter.source,
			u: body.update,
			upsert: body.upsert === true,
			arrayFilters: body.arrayFilters,
			hint: body.hint,
			sort: body.sort,
			c: variables,
		};
		const done = updateDocuments(context, () => context.catalog.ensure(db, name), collection, statement);
		const { matched, upserted, before, after } = done;
		const lastErrorObject: Doc = { n: upserted === undefined ? matched : 1, updatedExisting: matched > 0 };
		if (upserted !== undefined) lastErrorObject.upserted = upserted;
		return { lastErrorObject, value: shown(body.new === true ? after : before) };
	},
};

/** `client.bulkWrite` of a driver: statements over several collections, answered as a cursor of results. */
const bulkWrite: Command = {
	write: true,
	run(context, request) {
		const { body } = request;
		const operations = statementsOf(request, "ops");
		const namespaces = (request.sequences?.get("nsInfo")?.map((bytes) => decode(bytes)) ?? body.nsInfo) as {
			ns: string;
		}[];
		const totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
		const results: Doc[] = [];
		for (let idx = 0; idx < operations.length; idx++) {
			const operation = operations[idx]!;
			try {
				results.push({
					ok: 1,
					idx,
					...runOperation(context, operation, namespaces, body.let as Doc | undefined, totals),
				});
			} catch (error) {
				if (!(error instanceof MongoError)) throw error;
				totals.nErrors++;
				results.push({ ok: 0, idx, code: error.code, errmsg: error.message, n: 0, ...error.more });
				if (body.ordered !== false) break;
			}
		}
		const shown = (body.errorsOnly === true ? results.filter((one) => one.ok === 0) : results).map((one) =>
			encode(one),
		);
		return {
			...context.cursors.first("admin.$cmd.bulkWrite", shown[Symbol.iterator](), {
				batchSize: Number.POSITIVE_INFINITY,
			}),
			...totals,
		};
	},
};

type Totals = { nInserted: number; nMatched: number; nModified: number; nUpserted: number; nDeleted: number };

function runOperation(
	context: Parameters<Command["run"]>[0],
	operation: Doc,
	namespaces: { ns: string }[],
	variables: Doc | undefined,
	totals: Totals,
): Doc {
	const kind = ["insert", "update", "delete"].find((name) => name in operation);
	const namespace = kind && namespaces[Number(operation[kind])]?.ns;
	if (!kind || !namespace)
		throw new BadValue("an operation of bulkWrite must name its namespace by insert, update or delete");
	const dot = namespace.indexOf(".");
	const [db, name] = [namespace.slice(0, dot), namespace.slice(dot + 1)];
	if (kind === "insert") {
		insertOne(context.catalog.ensure(db, name), encode(operation.document as Doc));
		totals.nInserted++;
		return { n: 1 };
	}
	const existing = context.catalog.find(db, name);
	if (kind === "delete") {
		refuseCollation(operation.collation);
		const filter = compileFilter(operation.filter as Doc, variables);
		const n = existing ? deleteDocuments(context, existing, filter, operation.multi !== true, operation.hint) : 0;
		totals.nDeleted += n;
		return { n };
	}
	const { filter: q, updateMods: u, multi, upsert, arrayFilters, hint, collation, sort } = operation;
	const statement = { q, u, multi, upsert, arrayFilters, hint, collation, sort, c: variables } as UpdateStatement;
	const done = updateDocuments(context, () => context.catalog.ensure(db, name), existing, statement);
	totals.nMatched += done.matched;
	totals.nModified += done.modified;
	if (done.upserted === undefined) return { n: done.matched, nModified: done.modified };
	totals.nUpserted++;
	return { n: 1, nModified: 0, upserted: { _id: done.upserted } };
}

/** Writing commands. */
export const writes: Record<string, Command> = {
	insert,
	update,
	delete: remove,
	findAndModify,
	findandmodify: findAndModify,
	bulkWrite,
};
