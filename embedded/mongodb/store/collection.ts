import type { StatementSync } from "node:sqlite";
import { asBuffer } from "../bson/buffer.ts";
import { decode, decodeFields, decodePaths } from "../bson/decode.ts";
import { keyOf } from "../bson/key.ts";
import type { Doc } from "../bson/types.ts";
import type { Database } from "./database.ts";
import { duplicateKey, type Index } from "./index.ts";

/** A stored document: its row and its BSON bytes. */
export type Row = { row: number; bytes: Buffer };

/**
 * One collection: the table `d<id>` holds the documents in the order of their insertion, with the ordered key of `_id` beside;
 * each index is a table of ordered keys and rows. A document and its entries change together: whatever can fail is asked first.
 */
export class Collection {
	readonly id: number;
	readonly db: string;
	readonly name: string;
	readonly namespace: string;
	readonly options: Doc;
	readonly table: string;
	indexes: Index[];
	readonly #database: Database;
	readonly #save: () => void;
	readonly #byId: StatementSync;
	readonly #byRow: StatementSync;
	readonly #insert: StatementSync;
	readonly #update: StatementSync;
	readonly #delete: StatementSync;

	constructor(
		database: Database,
		id: number,
		db: string,
		name: string,
		options: Doc,
		indexes: Index[],
		save: (collection: Collection) => void,
	) {
		this.id = id;
		this.db = db;
		this.name = name;
		this.namespace = `${db}.${name}`;
		this.options = options;
		this.table = `d${id}`;
		this.indexes = indexes;
		this.#database = database;
		this.#save = () => save(this);
		const { table } = this;
		this.#byId = database.prepare(`SELECT r, d FROM ${table} WHERE k = ?`);
		this.#byRow = database.prepare(`SELECT d FROM ${table} WHERE r = ?`);
		this.#insert = database.prepare(`INSERT INTO ${table} (k, d) VALUES (?, ?) ON CONFLICT DO NOTHING`);
		this.#update = database.prepare(`UPDATE ${table} SET d = ? WHERE r = ?`);
		this.#delete = database.prepare(`DELETE FROM ${table} WHERE r = ?`);
	}

	/** The document with that `_id`. */
	byId(id: unknown): Row | undefined {
		const found = this.#byId.get(keyOf(id)) as unknown as [number, Uint8Array] | undefined;
		return found && { row: found[0], bytes: asBuffer(found[1]) };
	}

	byRow(row: number): Buffer | undefined {
		const found = this.#byRow.get(row) as unknown as [Uint8Array] | undefined;
		return found && asBuffer(found[0]);
	}

	/** How many documents there are. */
	size(): number {
		return (this.#database.prepare(`SELECT count(*) FROM ${this.table}`).get() as unknown as [number])[0];
	}

	/** Adds a document whose `_id` is its first field. Throws 11000 when an index has its key already. */
	insert(bytes: Buffer, id: unknown, doc: Doc | undefined): number {
		this.#database.write();
		const plans = this.indexes.length === 0 ? [] : this.#plan(doc ?? this.#indexed(bytes));
		for (const { index, keys, rows } of plans) if (index.unique) this.#refuseTaken(index, keys, rows, -1);
		const { changes, lastInsertRowid } = this.#insert.run(keyOf(id), bytes);
		if (changes === 0) throw duplicateKey(this.namespace, "_id_", { _id: 1 }, { _id: id });
		const row = Number(lastInsertRowid);
		for (const { index, keys } of plans) this.#add(index, keys, row);
		return row;
	}

	/**
	 * Puts another document in the place of one; the `_id` is the same. Only the `touched` fields may differ (undefined: any).
	 * Throws 11000 as `insert` does.
	 */
	replace(row: number, bytes: Buffer, before: Buffer, touched: ReadonlySet<string> | undefined): void {
		this.#database.write();
		const changes: { index: Index; gone: Buffer[]; added: Buffer[] }[] = [];
		let grew = false;
		for (const index of this.indexes) {
			if (!index.isTouched(touched)) continue;
			const { wanted } = index;
			const [was, is] = [before, bytes].map((one) => (wanted ? decodePaths(one, wanted) : decode(one)));
			const old = index.entries(was!);
			const now = index.entries(is!);
			grew ||= now.grew;
			const gone = without(old.keys, now.keys);
			const kept = without(now.keys, old.keys);
			if (index.unique && kept.length > 0) this.#refuseTaken(index, now.keys, now.rows, row);
			if (gone.length > 0 || kept.length > 0) changes.push({ index, gone, added: kept });
		}
		if (grew) this.#save();
		this.#update.run(bytes, row);
		for (const { index, gone, added } of changes) {
			this.#remove(index, gone, row);
			this.#add(index, added, row);
		}
	}

	remove(row: number, bytes: Buffer): void {
		this.#database.write();
		if (this.indexes.length > 0) {
			const doc = this.#indexed(bytes);
			for (const index of this.indexes) this.#remove(index, index.entries(doc).keys, row);
		}
		this.#delete.run(row);
	}

	/** Enters one document into a fresh index; used while the index is built. */
	enter(index: Index, row: number, doc: Doc): void {
		const { keys, rows } = index.entries(doc);
		if (index.unique) this.#refuseTaken(index, keys, rows, row);
		this.#add(index, keys, row);
	}

	// The fields that the indexes read, together.
	#indexed(bytes: Buffer): Doc {
		const fields = new Set<string>();
		for (const { wanted } of this.indexes) {
			if (!wanted) return decode(bytes);
			for (const name of wanted.keys()) fields.add(name);
		}
		return decodeFields(bytes, fields);
	}

	#plan(doc: Doc) {
		let grew = false;
		const plans = this.indexes.map((index) => {
			const entries = index.entries(doc);
			grew ||= entries.grew;
			return { index, ...entries };
		});
		if (grew) this.#save();
		return plans;
	}

	#refuseTaken(index: Index, keys: Buffer[], rows: unknown[][], own: number): void {
		const statement = this.#database.prepare(`SELECT r FROM ${index.table} WHERE e = ?`);
		for (let i = 0; i < keys.length; i++) {
			const taken = statement.get(keys[i]!) as unknown as [number] | undefined;
			if (taken && taken[0] !== own) throw index.duplicate(this.namespace, rows[i]!);
		}
	}

	#add(index: Index, keys: Buffer[], row: number): void {
		const statement = this.#database.prepare(`INSERT INTO ${index.table} (e, r) VALUES (?, ?)`);
		for (const key of keys) statement.run(key, row);
	}

	#remove(index: Index, keys: Buffer[], row: number): void {
		const statement = this.#database.prepare(`DELETE FROM ${index.table} WHERE e = ? AND r = ?`);
		for (const key of keys) statement.run(key, row);
	}
}

function without(keys: Buffer[], others: Buffer[]): Buffer[] {
	if (keys.length === 1 && others.length === 1) return keys[0]!.equals(others[0]!) ? [] : keys;
	const known = new Set(others.map((key) => key.latin1Slice(0, key.length)));
	return keys.filter((key) => !known.has(key.latin1Slice(0, key.length)));
}
