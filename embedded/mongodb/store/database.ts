import { closeSync, fdatasync, fstatSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

// A little more than the pages between two checkpoints.
const LOG_BYTES = 9 * 2 ** 20;

// A sync within a file that does not grow spares the file system its own journal: a third less time. SQLite takes zeros for no frames.
function fillUp(log: number): void {
	const zeros = Buffer.alloc(2 ** 20);
	for (let { size } = fstatSync(log); size < LOG_BYTES; size += zeros.length)
		writeSync(log, zeros, 0, zeros.length, size);
	fsyncSync(log);
}

/**
 * The one SQLite database of a server.
 *
 * Durability: WAL with `synchronous=NORMAL` syncs the log before a checkpoint, the database after it, and the log's header when the
 * log starts over; FULL adds one thing, "an additional sync operation of the WAL file happens after each transaction commit"
 * (https://sqlite.org/pragma.html#pragma_synchronous). `sync()` is that additional sync, done on another thread and once for all
 * commits that wait for it. A frame of the log is valid only with the checksums of all frames before it
 * (https://sqlite.org/fileformat2.html#walformat), so after a power loss a prefix of the commits remains; what was answered lies within
 * the prefix, because `fdatasync` began after its commit had written its frames.
 */
export class Database {
	readonly #db: DatabaseSync;
	readonly #log: number | undefined;
	readonly #statements = new Map<string, StatementSync>();
	readonly #begin: StatementSync;
	readonly #commit: StatementSync;
	/** True from the first write to `commit()`. */
	open = false;

	constructor(folder: string | null) {
		if (folder !== null) mkdirSync(folder, { recursive: true });
		const file = folder === null ? ":memory:" : join(folder, "mongodb.sqlite");
		this.#db = new DatabaseSync(file);
		try {
			// Exclusive: one server a folder, and no lock calls per transaction.
			this.#db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY");
			if (folder !== null) this.#log = this.#openLog(folder, file);
		} catch (error) {
			this.#db.close();
			if (!/locked|busy/.test((error as Error).message)) throw error;
			throw new Error(`The data folder ${folder} is in use by another server`);
		}
		this.#begin = this.#db.prepare("BEGIN IMMEDIATE");
		this.#commit = this.#db.prepare("COMMIT");
	}

	#openLog(folder: string, file: string): number {
		this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000");
		// A first write makes the log's file; its name must be on the disk before anything in it counts.
		this.#db.exec("CREATE TABLE IF NOT EXISTS opened (at INTEGER); DELETE FROM opened");
		this.#db.prepare("INSERT INTO opened VALUES (?)").run(Date.now());
		const log = openSync(`${file}-wal`, "r+");
		fillUp(log);
		const directory = openSync(folder, "r");
		fsyncSync(directory);
		closeSync(directory);
		return log;
	}

	/** A prepared statement, kept for the next time; its rows are arrays. */
	prepare(sql: string): StatementSync {
		let statement = this.#statements.get(sql);
		if (!statement) {
			statement = this.#db.prepare(sql);
			statement.setReturnArrays(true);
			this.#statements.set(sql, statement);
		}
		return statement;
	}

	/** Drops the statements that name a table before the table goes. */
	forget(table: string): void {
		for (const sql of this.#statements.keys()) if (sql.includes(table)) this.#statements.delete(sql);
	}

	exec(sql: string): void {
		this.#db.exec(sql);
	}

	/** Opens the transaction that gathers the writes until `commit()`; every write calls it first. */
	write(): void {
		if (this.open) return;
		this.#begin.run();
		this.open = true;
	}

	commit(): void {
		this.open = false;
		this.#commit.run();
	}

	rollback(): void {
		this.open = false;
		try {
			this.#db.exec("ROLLBACK");
		} catch {
			// SQLite has rolled back by itself, as it does when the disk is full.
		}
	}

	/** The bytes of all pages. */
	size(): number {
		const [[pages], [bytes]] = [
			this.prepare("PRAGMA page_count").get(),
			this.prepare("PRAGMA page_size").get(),
		] as unknown as [[number], [number]];
		return pages * bytes;
	}

	/** True when the data is on a disk. */
	get durable(): boolean {
		return this.#log !== undefined;
	}

	/** Calls back when all that was committed before is on the disk. */
	sync(done: (error: Error | null) => void): void {
		if (this.#log === undefined) done(null);
		else fdatasync(this.#log, done);
	}

	close(): void {
		if (this.open) this.commit();
		this.#statements.clear();
		this.#db.close();
		if (this.#log !== undefined) closeSync(this.#log);
	}
}
