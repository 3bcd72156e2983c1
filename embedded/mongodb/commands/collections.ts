import { encode } from "../bson/encode.ts";
import { Binary, type Doc, isDocument } from "../bson/types.ts";
import { MongoError } from "../errors.ts";
import { compileFilter } from "../query/filter.ts";
import { type Command, collectionName, collectionOf, natural, refuse, refuseCollation } from "../server/context.ts";
import type { Collection } from "../store/collection.ts";

const REFUSED = [
	"capped",
	"timeseries",
	"validator",
	"viewOn",
	"pipeline",
	"clusteredIndex",
	"changeStreamPreAndPostImages",
	"expireAfterSeconds",
	"encryptedFields",
	"storageEngine",
];

const create: Command = {
	write: true,
	run({ catalog }, request) {
		const { body, db } = request;
		refuse(body, REFUSED);
		refuseCollation(body.collation);
		const name = collectionName(request);
		if (catalog.find(db, name)) throw new MongoError(48, "NamespaceExists", `Collection ${db}.${name} already exists.`);
		catalog.ensure(db, name);
		return {};
	},
};

const drop: Command = {
	write: true,
	run(context, request) {
		const collection = collectionOf(context, request);
		if (!collection) return {};
		const nIndexesWas = collection.indexes.length + 1;
		context.catalog.drop(collection);
		return { ns: collection.namespace, nIndexesWas };
	},
};

const dropDatabase: Command = {
	write: true,
	run({ catalog }, { db }) {
		const all = catalog.list(db);
		for (const collection of all) catalog.drop(collection);
		return all.length > 0 ? { dropped: db } : {};
	},
};

function described({ id, name, options }: Collection): Doc {
	const uuid = Buffer.alloc(16);
	uuid.writeUInt32BE(id, 12);
	return {
		name,
		type: "collection",
		options,
		info: { readOnly: false, uuid: new Binary(uuid, 4) },
		idIndex: { v: 2, key: { _id: 1 }, name: "_id_" },
	};
}

const listCollections: Command = {
	run({ catalog, cursors }, { body, db }) {
		const { test } = compileFilter(isDocument(body.filter) ? body.filter : {});
		const all = catalog.list(db).map(described).filter(test);
		const docs = body.nameOnly === true ? all.map(({ name, type }) => ({ name, type })) : all;
		const cursor = isDocument(body.cursor) ? body.cursor : {};
		return cursors.first(`${db}.$cmd.listCollections`, docs.map((doc) => encode(doc))[Symbol.iterator](), {
			batchSize: natural(cursor, "batchSize", Number.POSITIVE_INFINITY),
		});
	},
};

const listDatabases: Command = {
	run({ catalog, database }, { body }) {
		const names = [...new Set(catalog.list().map(({ db }) => db))].sort();
		const { test } = compileFilter(isDocument(body.filter) ? body.filter : {});
		const all = names
			.map((name) => ({ name, sizeOnDisk: BigInt(catalog.list(name).length * 4096), empty: false }))
			.filter(test);
		if (body.nameOnly === true) return { databases: all.map(({ name }) => ({ name })) };
		return { databases: all, totalSize: BigInt(database.size()) };
	},
};

const dbStats: Command = {
	run({ catalog, database }, { db }) {
		const all = catalog.list(db);
		const objects = all.reduce((sum, one) => sum + one.size(), 0);
		return {
			db,
			collections: all.length,
			views: 0,
			objects,
			indexes: all.reduce((sum, one) => sum + one.indexes.length + 1, 0),
			storageSize: database.size(),
		};
	},
};

const collStats: Command = {
	run(context, request) {
		const collection = collectionOf(context, request);
		const ns = `${request.db}.${collectionName(request)}`;
		return { ns, count: collection?.size() ?? 0, nindexes: collection ? collection.indexes.length + 1 : 0 };
	},
};

/** Commands about collections and databases. */
export const collections: Record<string, Command> = {
	create,
	drop,
	dropDatabase,
	listCollections,
	listDatabases,
	dbStats,
	collStats,
};
