import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Entry } from "./journal.ts";

/** `after` is the id of the last document of the page before; `term` is one that `terms` gave the document. */
export type ListOptions = { prefix?: string; term?: string; limit?: number; after?: string; newestFirst?: boolean };

/**
 * `terms` names what a document can be listed by, such as `customer:cus_1`, without reading the rest. `cached` is how many
 * documents stay in memory. `secret` keeps it out of what `dump` shows.
 */
export type CollectionOptions<T> = { terms?: (doc: T) => string[]; cached?: number; secret?: boolean };

export type Collection<T> = {
	get(id: string): T | undefined;
	/** Stores the document and returns its JSON. A changed document must be put again. */
	put(id: string, doc: T): string;
	/** Stores a document that is JSON already, without `terms`. */
	putJson(id: string, json: string): void;
	delete(id: string): void;
	/** In the order of their creation. */
	list(options?: ListOptions): T[];
	/** Every document the predicate takes, in the order of their creation. Reads the whole collection. */
	find(predicate?: (doc: T) => boolean): T[];
	count(): number;
};

export type Table = {
	collection: Collection<unknown & object>;
	configure(options?: CollectionOptions<object>): void;
	/** Into the database, within its transaction. */
	flush(): void;
	replay(entry: Entry): void;
	/** Drops what is in memory only. */
	forget(): void;
	/** Its documents by id, `null` when they are secret. */
	dump(): Record<string, unknown> | null;
};

type Waiting = { json: string | null; terms: string[] };

const CACHED = 5_000;
const NONE: string[] = [];

/** A table of documents by id, with those in front that wait for the database (`write` has kept them safe). */
export function openCollection(
	db: DatabaseSync,
	name: string,
	options: CollectionOptions<object>,
	write: (entry: Entry) => void,
	settle: () => void,
): Table {
	const statements = prepare(db, name);
	const pages = new Map<string, StatementSync>();
	const cache = new Map<string, object>();
	const waiting = new Map<string, Waiting>();
	let { terms, cached = CACHED, secret = false } = options;

	const remember = (id: string, doc: object) => {
		if (cached === 0) return;
		if (cache.size >= cached && !cache.has(id)) cache.delete(cache.keys().next().value!);
		cache.set(id, doc);
	};
	const wait = (id: string, json: string | null, named: string[]) => {
		waiting.set(id, { json, terms: named });
		write([name, id, json, named]);
	};
	const drop = ({ terms: listed, seq }: { seq: number; terms: string }) => {
		for (const term of listed.split("\n")) if (term !== "") statements.dropTerm.run(term, seq);
	};
	const parse = (row: Record<string, unknown>): object => cache.get(row.id as string) ?? JSON.parse(row.doc as string);

	const collection: Collection<object> = {
		get(id) {
			const known = cache.get(id);
			if (known !== undefined) return known;
			const late = waiting.get(id);
			const json = late ? late.json : (statements.select.get(id)?.doc as string | undefined);
			if (json === null || json === undefined) return undefined;
			const doc = JSON.parse(json) as object;
			remember(id, doc);
			return doc;
		},
		put(id, doc) {
			const json = JSON.stringify(doc);
			remember(id, doc);
			wait(id, json, terms ? terms(doc) : NONE);
			return json;
		},
		putJson(id, json) {
			cache.delete(id);
			wait(id, json, NONE);
		},
		delete(id) {
			cache.delete(id);
			wait(id, null, NONE);
		},
		list({ prefix = "", term, limit = -1, after, newestFirst = false } = {}) {
			settle();
			const edge = after === undefined ? undefined : statements.rowOf.get(after)?.seq;
			if (after !== undefined && edge === undefined) return [];
			const where = [
				term === undefined ? "" : `seq IN (SELECT seq FROM "${name}:terms" WHERE term = ?)`,
				prefix === "" ? "" : "id >= ? AND id < ? || char(1114111)",
				edge === undefined ? "" : `seq ${newestFirst ? "<" : ">"} ?`,
			].filter(Boolean);
			const sql = `SELECT id, doc FROM "${name}" ${where.length ? `WHERE ${where.join(" AND ")}` : ""}
				ORDER BY seq ${newestFirst ? "DESC" : ""} LIMIT ?`;
			let page = pages.get(sql);
			if (!page) {
				page = db.prepare(sql);
				pages.set(sql, page);
			}
			const values = [term, ...(prefix === "" ? [] : [prefix, prefix]), edge, limit].filter((v) => v !== undefined);
			return page.all(...(values as (string | number)[])).map(parse);
		},
		find: (predicate = () => true) => collection.list().filter(predicate),
		count() {
			settle();
			return statements.total.get()!.n as number;
		},
	};

	return {
		collection,
		configure(later) {
			if (!later) return;
			({ terms, cached = CACHED, secret = false } = later);
		},
		flush() {
			for (const [id, { json, terms: named }] of waiting) {
				const row = statements.rowOf.get(id) as { seq: number; terms: string } | undefined;
				const listed = named.join("\n");
				if (json === null) {
					if (!row) continue;
					drop(row);
					statements.remove.run(row.seq);
				} else if (!row) {
					const { lastInsertRowid } = statements.insert.run(id, json, listed);
					for (const term of named) statements.addTerm.run(term, lastInsertRowid);
				} else {
					statements.update.run(json, listed, row.seq);
					if (listed === row.terms) continue;
					drop(row);
					for (const term of named) statements.addTerm.run(term, row.seq);
				}
			}
			waiting.clear();
		},
		replay: ([, id, json, named]) => {
			waiting.set(id, { json, terms: named });
		},
		forget() {
			cache.clear();
			waiting.clear();
		},
		dump() {
			if (secret) return null;
			const rows = db.prepare(`SELECT id, doc FROM "${name}" ORDER BY seq`).all();
			return Object.fromEntries(rows.map((row) => [row.id, JSON.parse(row.doc as string)]));
		},
	};
}

function prepare(db: DatabaseSync, name: string) {
	if (!/^[a-z_]+$/.test(name)) throw new Error(`"${name}" is no name for a collection: use a-z and _.`);
	db.exec(`CREATE TABLE IF NOT EXISTS "${name}" (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, doc TEXT NOT NULL,
			terms TEXT NOT NULL);
		CREATE TABLE IF NOT EXISTS "${name}:terms" (term TEXT, seq INTEGER, PRIMARY KEY (term, seq)) WITHOUT ROWID;`);
	return {
		select: db.prepare(`SELECT doc FROM "${name}" WHERE id = ?`),
		rowOf: db.prepare(`SELECT seq, terms FROM "${name}" WHERE id = ?`),
		insert: db.prepare(`INSERT INTO "${name}" (id, doc, terms) VALUES (?, ?, ?)`),
		update: db.prepare(`UPDATE "${name}" SET doc = ?, terms = ? WHERE seq = ?`),
		remove: db.prepare(`DELETE FROM "${name}" WHERE seq = ?`),
		total: db.prepare(`SELECT count(*) AS n FROM "${name}"`),
		addTerm: db.prepare(`INSERT OR IGNORE INTO "${name}:terms" (term, seq) VALUES (?, ?)`),
		dropTerm: db.prepare(`DELETE FROM "${name}:terms" WHERE term = ? AND seq = ?`),
	};
}
