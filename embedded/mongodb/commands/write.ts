import { compare } from "../bson/compare.ts";
import { decode, decodeFields, decodePartly } from "../bson/decode.ts";
import { encode } from "../bson/encode.ts";
import { withId } from "../bson/raw.ts";
import { BSONRegExp, type Doc, ObjectId, setField } from "../bson/types.ts";
import { validate } from "../bson/validate.ts";
import { MongoError } from "../errors.ts";
import { compileFilter, type Filter } from "../query/filter.ts";
import { select } from "../query/select.ts";
import { parseSort } from "../query/sort.ts";
import type { Context } from "../server/context.ts";
import { refuseCollation } from "../server/context.ts";
import type { Collection, Row } from "../store/collection.ts";
import { compileUpdate, type Update } from "../update/compile.ts";
import { locate, write } from "../update/paths.ts";

/** MongoDB's largest document. */
export const MAX_DOCUMENT = 16 * 1024 * 1024;

/** One statement of an update, or the update of a findAndModify. */
export type UpdateStatement = {
	q: Doc;
	u: unknown;
	multi?: boolean;
	upsert?: boolean;
	arrayFilters?: unknown;
	hint?: unknown;
	sort?: unknown;
	collation?: unknown;
	c?: Doc;
};

/** What an update did. `before` and `after` are those of the last document it changed. */
export type Updated = {
	matched: number;
	modified: number;
	upserted: unknown;
	before: Buffer | undefined;
	after: Buffer | undefined;
};

/** Stores a document from a client. Throws 11000, 10334 and the like. */
export function insertOne(collection: Collection, document: Buffer): unknown {
	if (document.length > MAX_DOCUMENT) throw tooLarge(document.length);
	validate(document);
	const { bytes, id } = withId(document);
	checkId(id);
	collection.insert(bytes, id, undefined);
	return id;
}

function checkId(id: unknown): void {
	const type = Array.isArray(id) ? "array" : id instanceof BSONRegExp ? "regex" : undefined;
	if (type) throw new MongoError(53, "InvalidIdField", `The '_id' value cannot be of type ${type}`);
	if (id !== null && typeof id === "object" && Object.keys(id).some((name) => name[0] === "$"))
		throw new MongoError(52, "DollarPrefixedFieldName", "the _id field must not have fields that begin with '$'");
}

const tooLarge = (size: number) =>
	new MongoError(
		10334,
		"BSONObjectTooLarge",
		`BSONObj size: ${size} is invalid. Size must be between 0 and ${MAX_DOCUMENT}`,
	);

/** Runs one update statement. */
export function updateDocuments(
	context: Context,
	collection: () => Collection,
	existing: Collection | undefined,
	statement: UpdateStatement,
): Updated {
	const { q, u, multi = false, upsert = false, arrayFilters, hint, c } = statement;
	refuseCollation(statement.collation);
	const filter = compileFilter(q, c);
	const update = compileUpdate(u, filter, arrayFilters, multi, c);
	const done: Updated = { matched: 0, modified: 0, upserted: undefined, before: undefined, after: undefined };
	if (existing) {
		if (multi) {
			// The rows are gathered first: a document that its own change moves within an index must not come again.
			const rows: number[] = [];
			for (const { row } of select(context.database, existing, { filter, hint })) rows.push(row);
			for (const row of rows) {
				const bytes = existing.byRow(row);
				if (bytes) change(existing, { row, bytes }, update, done);
			}
		} else {
			const found = selectOne(context, existing, filter, hint, statement.sort);
			if (found) change(existing, found, update, done);
		}
	}
	if (done.matched === 0 && upsert) {
		const bytes = upserted(filter, update);
		done.upserted = insertOne(collection(), bytes.bytes);
		done.after = bytes.bytes;
	}
	return done;
}

/** The first match. */
export function selectOne(
	context: Context,
	collection: Collection,
	filter: Filter,
	hint?: unknown,
	sort?: unknown,
): Row | undefined {
	for (const { path, op, value } of filter.conditions) {
		if (path.text !== "_id" || op !== "$eq" || hint !== undefined) continue;
		if (value === null || value === undefined || Array.isArray(value) || value instanceof BSONRegExp) break;
		const row = collection.byId(value);
		const { fields } = filter;
		return row && filter.test(fields ? decodeFields(row.bytes, fields) : decode(row.bytes)) ? row : undefined;
	}
	for (const row of select(context.database, collection, { filter, hint, sort: parseSort(sort), limit: 1 })) return row;
	return undefined;
}

function change(collection: Collection, { row, bytes }: Row, update: Update, done: Updated): void {
	// What the update cannot touch is copied unread.
	const doc = update.touched ? decodePartly(bytes, update.touched) : decode(bytes);
	const { _id } = doc;
	const after = update.run(doc, false);
	if (compare(after._id, _id) !== 0 || (after._id === undefined && _id !== null))
		throw new MongoError(
			66,
			"ImmutableField",
			"Performing an update on the path '_id' would modify the immutable field '_id'",
		);
	const encoded = encode(idFirst(after));
	if (encoded.length > MAX_DOCUMENT) throw tooLarge(encoded.length);
	done.matched++;
	done.before = bytes;
	done.after = encoded;
	if (encoded.equals(bytes)) return;
	collection.replace(row, encoded, bytes, update.touched);
	done.modified++;
}

function idFirst(doc: Doc): Doc {
	for (const name in doc) return name === "_id" ? doc : { _id: doc._id, ...doc };
	return doc;
}

// A document that an upsert begins with has what the filter fixes.
function upserted(filter: Filter, update: Update): { bytes: Buffer } {
	const doc: Doc = {};
	for (const { path, op, value } of filter.conditions) {
		const single =
			op === "$eq" ? value : op === "$in" && (value as unknown[]).length === 1 ? (value as unknown[])[0] : undefined;
		if (single === undefined || single instanceof BSONRegExp) continue;
		const slot = locate(doc, path.parts, true)!;
		write(slot, single);
	}
	const fixed = doc._id;
	const after = update.run(doc, true);
	if (fixed !== undefined && after._id !== undefined && compare(after._id, fixed) !== 0)
		throw new MongoError(
			66,
			"ImmutableField",
			"Performing an update on the path '_id' would modify the immutable field '_id'",
		);
	const result: Doc = {};
	setField(result, "_id", after._id ?? fixed ?? new ObjectId());
	for (const name of Object.keys(after)) if (name !== "_id") setField(result, name, after[name]);
	return { bytes: encode(result) };
}

/** Deletes the first match or all of them; gives how many. */
export function deleteDocuments(
	context: Context,
	collection: Collection,
	filter: Filter,
	one: boolean,
	hint?: unknown,
): number {
	if (one) {
		const found = selectOne(context, collection, filter, hint);
		if (found) collection.remove(found.row, found.bytes);
		return found ? 1 : 0;
	}
	const rows: number[] = [];
	for (const { row } of select(context.database, collection, { filter, hint })) rows.push(row);
	for (const row of rows) collection.remove(row, collection.byRow(row)!);
	return rows.length;
}
