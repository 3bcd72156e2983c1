import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Collection, type CollectionOptions, openCollection, type Table } from "./collection.ts";
import { type Entry, openJournal } from "./journal.ts";

export type { Collection, CollectionOptions, ListOptions } from "./collection.ts";

export type State = {
	collection<T extends object>(name: string, options?: CollectionOptions<T>): Collection<T>;
	/** All writes of `work` (synchronous) or none; one write to the disk. May be nested. */
	transaction<R>(work: () => R): R;
	/** Every collection that is not secret by name, every document by id: for assertions of tests. */
	dump(): Record<string, Record<string, unknown>>;
	readonly closed: boolean;
	close(): void;
};

const FLUSH_AFTER_MS = 2_000;
const FLUSH_AT = 4_000;

/**
 * Documents that survive SIGKILL of the process. A transaction is appended to a journal, one system call, and gathered into
 * SQLite (`dataDir/name.sqlite`) a moment later, many at once. `dataDir: null` keeps all in memory.
 */
export function openState(dataDir: string | null, name: string): State {
	if (dataDir !== null) mkdirSync(dataDir, { recursive: true });
	const db = openDatabase(dataDir === null ? ":memory:" : join(dataDir, `${name}.sqlite`));
	const journal = dataDir === null ? null : openJournal(join(dataDir, `${name}.journal`));
	const tables = new Map<string, Table>();
	// What this transaction wrote, and what is safe in the journal but not yet in the database.
	let written: Entry[] = [];
	let committed: Entry[] = journal?.left ?? [];
	let depth = 0;
	let amid = false;
	let timer: NodeJS.Timeout | undefined;
	let open = true;

	const flushTables = () => {
		for (const table of tables.values()) table.flush();
	};
	const flush = () => {
		clearTimeout(timer);
		timer = undefined;
		if (committed.length === 0) return;
		if (!amid) db.exec("BEGIN");
		flushTables();
		db.exec("COMMIT");
		amid = false;
		committed = [];
		journal?.clear();
	};
	const commit = () => {
		if (written.length === 0) return;
		journal?.append(written);
		committed.push(...written);
		written = [];
		if (amid || committed.length >= FLUSH_AT) flush();
		else timer ??= setTimeout(flush, FLUSH_AFTER_MS).unref();
	};
	// A list must see what waits for the database. Amid a transaction it is put there on trial.
	const settle = () => {
		if (written.length === 0) return flush();
		if (!amid) db.exec("BEGIN");
		amid = true;
		flushTables();
	};
	const rollBack = () => {
		if (amid) db.exec("ROLLBACK");
		amid = false;
		written = [];
		// What the work changed in place must not outlive what it failed to write.
		for (const table of tables.values()) table.forget();
		replay();
	};
	const table = (name: string, options: CollectionOptions<object> = {}): Table => {
		let found = tables.get(name);
		if (!found) {
			const write = (entry: Entry) => {
				written.push(entry);
				if (depth === 0) commit();
			};
			found = openCollection(db, name, options, write, settle);
			tables.set(name, found);
		}
		return found;
	};
	const replay = () => {
		for (const entry of committed) table(entry[0]).replay(entry);
	};
	replay();
	flush();

	return {
		collection: <T extends object>(collection: string, options?: CollectionOptions<T>) => {
			const made = table(collection, options as CollectionOptions<object>);
			made.configure(options as CollectionOptions<object>);
			return made.collection as Collection<T>;
		},
		transaction(work) {
			if (depth > 0) return work();
			depth++;
			try {
				const result = work();
				commit();
				return result;
			} catch (error) {
				rollBack();
				throw error;
			} finally {
				depth--;
			}
		},
		dump() {
			flush();
			const shown: Record<string, Record<string, unknown>> = {};
			for (const [key, one] of tables) {
				const documents = one.dump();
				if (documents) shown[key] = documents;
			}
			return shown;
		},
		get closed() {
			return !open;
		},
		close() {
			if (!open) return;
			flush();
			db.close();
			journal?.close();
			open = false;
		},
	};
}

function openDatabase(path: string): DatabaseSync {
	const db = new DatabaseSync(path);
	try {
		// One process owns the file, which also spares the locks of each transaction.
		db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
			PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8000; BEGIN IMMEDIATE; COMMIT;`);
	} catch (error) {
		db.close();
		const busy = (error as { errcode?: number }).errcode === 5;
		throw busy ? new Error(`${path} is in use by another process; give each its own data directory.`) : error;
	}
	return db;
}
