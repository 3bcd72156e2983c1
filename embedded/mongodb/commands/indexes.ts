import { equal } from "../bson/compare.ts";
import { encode } from "../bson/encode.ts";
import { type Doc, isDocument, isNumeric } from "../bson/types.ts";
import { MongoError, NotSupported, TypeMismatch } from "../errors.ts";
import { compileFilter } from "../query/filter.ts";
import { type Command, collectionName, collectionOf, natural, refuseCollation } from "../server/context.ts";
import type { Collection } from "../store/collection.ts";
import type { Index } from "../store/index.ts";

const OPTIONS = new Set([
	"key",
	"name",
	"unique",
	"sparse",
	"partialFilterExpression",
	"expireAfterSeconds",
	"background",
	"v",
	"ns",
	"collation",
	"hidden",
]);
const SPECIAL = new Set(["text", "2d", "2dsphere", "hashed", "geoHaystack"]);

/** The specification as it is kept. Throws for what is not an index that this server can hold. */
function specOf(source: Doc): Doc {
	const { key, name } = source;
	if (!isDocument(key) || Object.keys(key).length === 0)
		throw new MongoError(67, "CannotCreateIndex", "Index keys cannot be empty.");
	for (const option of Object.keys(source))
		if (!OPTIONS.has(option)) {
			if (
				[
					"weights",
					"default_language",
					"2dsphereIndexVersion",
					"wildcardProjection",
					"storageEngine",
					"prepareUnique",
				].includes(option)
			)
				throw new NotSupported(`the index option '${option}'`);
			throw new MongoError(
				197,
				"InvalidIndexSpecificationOption",
				`The field '${option}' is not valid for an index specification.`,
			);
		}
	for (const [field, direction] of Object.entries(key)) {
		if (SPECIAL.has(direction as string)) throw new NotSupported(`a ${direction} index`);
		if (field.includes("$**")) throw new NotSupported("a wildcard index");
		if (!isNumeric(direction) || Number(direction) === 0)
			throw new MongoError(
				67,
				"CannotCreateIndex",
				`Values in v:2 index key pattern must be numbers > 0, numbers < 0 or strings: ${field}`,
			);
	}
	if (typeof name !== "string" || name === "")
		throw new MongoError(67, "CannotCreateIndex", "index names cannot be empty");
	refuseCollation(source.collation);
	if (source.hidden === true) throw new NotSupported("a hidden index");
	const spec: Doc = { v: 2, key, name };
	if (source.unique) spec.unique = true;
	if (source.sparse) spec.sparse = true;
	if (source.partialFilterExpression !== undefined) {
		if (!isDocument(source.partialFilterExpression))
			throw new TypeMismatch("'partialFilterExpression' must be a document");
		if (source.sparse)
			throw new MongoError(67, "CannotCreateIndex", "cannot mix 'partialFilterExpression' and 'sparse' options");
		compileFilter(source.partialFilterExpression);
		spec.partialFilterExpression = source.partialFilterExpression;
	}
	if (source.expireAfterSeconds !== undefined) {
		const seconds = Number(source.expireAfterSeconds);
		if (!isNumeric(source.expireAfterSeconds) || seconds < 0 || seconds > 2147483647)
			throw new MongoError(
				67,
				"CannotCreateIndex",
				"TTL index 'expireAfterSeconds' option must be within an acceptable range",
			);
		if (Object.keys(key).length > 1 || "_id" in key)
			throw new MongoError(
				67,
				"CannotCreateIndex",
				"TTL indexes are single-field indexes, compound indexes do not support TTL",
			);
		spec.expireAfterSeconds = source.expireAfterSeconds;
	}
	return spec;
}

const comparable = ({ v: _, ...spec }: Doc): Doc =>
	Object.fromEntries(Object.entries(spec).sort(([a], [b]) => (a < b ? -1 : 1)));

/** True when the same index is there already. Throws 85 or 86 for one that differs. */
function isThere(collection: Collection, spec: Doc): boolean {
	if (equal(spec.key, { _id: 1 })) return true;
	for (const index of collection.indexes) {
		const sameKey = sameOrder(index.spec.key as Doc, spec.key as Doc);
		if (index.name === spec.name) {
			if (sameKey && equal(comparable(index.spec), comparable(spec))) return true;
			throw new MongoError(
				86,
				"IndexKeySpecsConflict",
				`An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${show(spec)}, existing index: ${show(index.spec)}`,
			);
		}
		if (sameKey && equal(index.spec.partialFilterExpression, spec.partialFilterExpression))
			throw new MongoError(85, "IndexOptionsConflict", `Index already exists with a different name: ${index.name}`);
	}
	return false;
}

const sameOrder = (a: Doc, b: Doc) => equal(a, b) && Object.keys(a).join("\0") === Object.keys(b).join("\0");
const show = (spec: Doc) => JSON.stringify(spec, (_, value) => (typeof value === "bigint" ? Number(value) : value));

const createIndexes: Command = {
	write: true,
	run({ catalog }, request) {
		const { body, db } = request;
		const name = collectionName(request);
		if (!Array.isArray(body.indexes) || body.indexes.length === 0)
			throw new MongoError(2, "BadValue", "Must specify at least one index to create");
		const specs = (body.indexes as Doc[]).map(specOf);
		const createdCollectionAutomatically = !catalog.find(db, name);
		const collection = catalog.ensure(db, name);
		const before = collection.indexes.length + 1;
		for (const spec of specs) if (!isThere(collection, spec)) catalog.addIndex(collection, spec);
		const after = collection.indexes.length + 1;
		const reply: Doc = { numIndexesBefore: before, numIndexesAfter: after, createdCollectionAutomatically };
		if (before === after) reply.note = "all indexes already exist";
		return reply;
	},
};

const missing = (namespace: string) => new MongoError(26, "NamespaceNotFound", `ns does not exist: ${namespace}`);

const listIndexes: Command = {
	run(context, request) {
		const collection = collectionOf(context, request);
		const namespace = `${request.db}.${collectionName(request)}`;
		if (!collection) throw missing(namespace);
		const specs = [{ v: 2, key: { _id: 1 }, name: "_id_" }, ...collection.indexes.map(({ spec }) => spec)];
		const cursor = isDocument(request.body.cursor) ? request.body.cursor : {};
		return context.cursors.first(namespace, specs.map((spec) => encode(spec))[Symbol.iterator](), {
			batchSize: natural(cursor, "batchSize", 101),
		});
	},
};

const dropIndexes: Command = {
	write: true,
	run(context, request) {
		const collection = collectionOf(context, request);
		if (!collection) throw missing(`${request.db}.${collectionName(request)}`);
		const nIndexesWas = collection.indexes.length + 1;
		for (const index of chosen(collection, request.body.index)) context.catalog.dropIndex(collection, index);
		return { nIndexesWas };
	},
};

function chosen(collection: Collection, wanted: unknown): Index[] {
	if (wanted === "*") return collection.indexes;
	if (Array.isArray(wanted)) return wanted.flatMap((one) => chosen(collection, one));
	if (wanted === "_id_" || (isDocument(wanted) && equal(wanted, { _id: 1 })))
		throw new MongoError(72, "InvalidOptions", "cannot drop _id index");
	const found = collection.indexes.filter(({ name, spec }) =>
		isDocument(wanted) ? sameOrder(spec.key as Doc, wanted) : name === wanted,
	);
	if (found.length === 0)
		throw new MongoError(
			27,
			"IndexNotFound",
			`index not found with name [${isDocument(wanted) ? show(wanted) : wanted}]`,
		);
	return found;
}

/** Commands about indexes. */
export const indexes: Record<string, Command> = { createIndexes, listIndexes, dropIndexes, deleteIndexes: dropIndexes };
