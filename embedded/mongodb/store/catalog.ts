import { asBuffer } from "../bson/buffer.ts";
import { decode } from "../bson/decode.ts";
import { encode } from "../bson/encode.ts";
import type { Doc } from "../bson/types.ts";
import { MongoError } from "../errors.ts";
import { Collection } from "./collection.ts";
import type { Database } from "./database.ts";
import { Index } from "./index.ts";
import { scanTable } from "./scan.ts";

/** Which databases, collections and indexes there are. */
export class Catalog {
	readonly database: Database;
	readonly #collections = new Map<string, Collection>();
	#lastId = 0;

	constructor(database: Database) {
		this.database = database;
		database.exec("CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY, meta BLOB NOT NULL)");
		this.load();
	}

	/** Reads the catalog again, as after a transaction that was rolled back. */
	load(): void {
		this.#collections.clear();
		for (const row of this.database.prepare("SELECT id, meta FROM collections").all() as unknown as [
			number,
			Uint8Array,
		][]) {
			const meta = decode(asBuffer(row[1]));
			const indexes = (meta.indexes as Doc[]).map(
				(one) => new Index(Number(one.id), one.spec as Doc, one.arrays as boolean[]),
			);
			this.#lastId = Math.max(this.#lastId, row[0], ...indexes.map((index) => index.id));
			this.#keep(row[0], meta.db as string, meta.name as string, meta.options as Doc, indexes);
		}
	}

	#keep(id: number, db: string, name: string, options: Doc, indexes: Index[]): Collection {
		const collection = new Collection(this.database, id, db, name, options, indexes, (one) => this.save(one));
		this.#collections.set(collection.namespace, collection);
		return collection;
	}

	/** Writes a collection's description. */
	save({ id, db, name, options, indexes }: Collection): void {
		this.database.write();
		const meta = encode({ db, name, options, indexes: indexes.map(({ id, spec, arrays }) => ({ id, spec, arrays })) });
		this.database
			.prepare("INSERT INTO collections VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET meta = excluded.meta")
			.run(id, meta);
	}

	find(db: string, name: string): Collection | undefined {
		return this.#collections.get(`${db}.${name}`);
	}

	list(db?: string): Collection[] {
		const all = [...this.#collections.values()];
		return db === undefined ? all : all.filter((one) => one.db === db);
	}

	/** The collection, made when it is not there, as the first insert does. */
	ensure(db: string, name: string, options: Doc = {}): Collection {
		const found = this.find(db, name);
		if (found) return found;
		checkNames(db, name);
		this.database.write();
		const id = ++this.#lastId;
		this.database.exec(`CREATE TABLE d${id} (r INTEGER PRIMARY KEY, k BLOB NOT NULL UNIQUE, d BLOB NOT NULL)`);
		const collection = this.#keep(id, db, name, options, []);
		this.save(collection);
		return collection;
	}

	drop(collection: Collection): void {
		this.database.write();
		for (const index of collection.indexes) this.#dropTable(index.table);
		this.#dropTable(collection.table);
		this.database.prepare("DELETE FROM collections WHERE id = ?").run(collection.id);
		this.#collections.delete(collection.namespace);
	}

	/** Builds an index over what is stored. Throws 11000 when a unique one cannot be, and leaves nothing behind. */
	addIndex(collection: Collection, spec: Doc): void {
		this.database.write();
		const index = new Index(++this.#lastId, spec);
		const key = index.unique ? "PRIMARY KEY (e)" : "PRIMARY KEY (e, r)";
		this.database.exec(`CREATE TABLE ${index.table} (e BLOB NOT NULL, r INTEGER NOT NULL, ${key}) WITHOUT ROWID`);
		try {
			for (const { row, bytes } of scanTable(this.database, collection)) collection.enter(index, row, decode(bytes));
		} catch (error) {
			this.#dropTable(index.table);
			throw error;
		}
		collection.indexes = [...collection.indexes, index];
		this.save(collection);
	}

	dropIndex(collection: Collection, index: Index): void {
		this.database.write();
		this.#dropTable(index.table);
		collection.indexes = collection.indexes.filter((one) => one !== index);
		this.save(collection);
	}

	#dropTable(table: string): void {
		this.database.forget(table);
		this.database.exec(`DROP TABLE ${table}`);
	}
}

function checkNames(db: string, name: string): void {
	if (db === "" || db.length > 63 || /[/\\. "$\0]/.test(db))
		throw new MongoError(73, "InvalidNamespace", `Invalid database name: '${db}'`);
	if (name === "" || name.includes("$") || name.includes("\0") || name.startsWith(".") || name.endsWith("."))
		throw new MongoError(73, "InvalidNamespace", `Invalid collection name: '${name}'`);
	if (name.startsWith("system."))
		throw new MongoError(73, "InvalidNamespace", `Invalid system namespace: ${db}.${name}`);
	if (db.length + name.length > 254)
		throw new MongoError(73, "InvalidNamespace", "Fully qualified namespace is too long");
}
