import { type Doc, isNumeric } from "../bson/types.ts";
import { BadValue, FailedToParse, MongoError, NotSupported, TypeMismatch } from "../errors.ts";
import type { Catalog } from "../store/catalog.ts";
import type { Collection } from "../store/collection.ts";
import type { Database } from "../store/database.ts";
import type { Cursors } from "./cursors.ts";
import type { Sessions } from "./sessions.ts";

/** What was written since the start: syncs of the disk, the writing commands that they covered, and the documents of those. */
export type Written = { syncs: number; commands: number; documents: number };

/** What commands work on. */
export type Context = {
	database: Database;
	catalog: Catalog;
	cursors: Cursors;
	sessions: Sessions;
	counts: Map<string, number>;
	written: Written;
	startedAt: number;
	/** `host:port` of the listener. */
	address: string;
};

/** A command that came in. */
export type Request = {
	name: string;
	db: string;
	body: Doc;
	sequences: Map<string, Buffer[]> | undefined;
	connection: number;
};

/** `run` gives the reply's document, without `ok`. A `write`'s reply waits until it is on the disk. */
export type Command = { run: (context: Context, request: Request) => Doc; write?: boolean };

/** The collection's name from `{ find: "name" }`. */
export function collectionName({ name, body }: Request): string {
	const value = body[name];
	if (typeof value !== "string")
		throw new MongoError(73, "InvalidNamespace", `collection name has invalid type for '${name}'`);
	return value;
}

/** The collection that a command names; undefined when there is none. */
export function collectionOf(context: Context, request: Request): Collection | undefined {
	return context.catalog.find(request.db, collectionName(request));
}

/** A whole number of a command's field. */
export function integer(body: Doc, field: string, fallback = 0): number {
	const value = body[field];
	if (value === undefined || value === null) return fallback;
	if (!isNumeric(value)) throw new TypeMismatch(`Field '${field}' must be a number`);
	const number = Number(value);
	if (!Number.isInteger(number)) throw new FailedToParse(`Field '${field}' must be a whole number`);
	return number;
}

/** A whole number that may not be negative. Throws 51024 as mongod does. */
export function natural(body: Doc, field: string, fallback = 0): number {
	const number = integer(body, field, fallback);
	if (number < 0)
		throw new MongoError(51024, "Location51024", `BSON field '${field}' value must be >= 0, actual value '${number}'`);
	return number;
}

/** When `maxTimeMS` ends, 0 for never. */
export function deadline(body: Doc): number {
	const most = natural(body, "maxTimeMS");
	return most > 0 ? Date.now() + most : 0;
}

/** Throws for a collation other than the simple one. */
export function refuseCollation(spec: unknown): void {
	if (spec === undefined || spec === null) return;
	if ((spec as Doc).locale !== "simple") throw new NotSupported("a collation");
}

/** Throws for options that would change the result. */
export function refuse(body: Doc, fields: readonly string[]): void {
	for (const field of fields) {
		const value = body[field];
		if (value !== undefined && value !== false && value !== null) throw new NotSupported(`the option '${field}'`);
	}
}

/** A filter from a command; an absent one matches everything. */
export function filterField(body: Doc, field: string): Doc {
	const value = body[field] ?? {};
	if (typeof value !== "object" || Array.isArray(value)) throw new BadValue(`Field '${field}' must be an object`);
	return value as Doc;
}
