import { asBuffer } from "../bson/buffer.ts";
import { decode } from "../bson/decode.ts";
import { encode } from "../bson/encode.ts";
import { Binary, type Doc, isDocument } from "../bson/types.ts";
import { MongoError } from "../errors.ts";
import type { Database } from "../store/database.ts";

const KEPT = 30 * 60_000;

type Last = { number: bigint; reply: Buffer | undefined };

/**
 * What each session's last retryable write answered. It is stored by the transaction that does the write, so a driver that
 * repeats its write after a broken connection, or after a restart of the server, gets the first answer and writes once.
 */
export class Sessions {
	readonly #database: Database;
	readonly #known = new Map<string, Last>();

	constructor(database: Database) {
		this.#database = database;
		database.exec(
			"CREATE TABLE IF NOT EXISTS sessions (id BLOB PRIMARY KEY, number INTEGER, reply BLOB, at INTEGER) WITHOUT ROWID",
		);
	}

	/** The stored answer, when this write has been done. Throws 225 for a number older than the session's last. */
	repeated(session: Buffer, number: bigint): Doc | undefined {
		const last = this.#find(session);
		if (!last || number > last.number) return undefined;
		if (number === last.number) return last.reply && decode(last.reply);
		throw new MongoError(
			225,
			"TransactionTooOld",
			`Retryable write with txnNumber ${number} is prohibited: a newer one (${last.number}) has started on this session`,
		);
	}

	remember(session: Buffer, number: bigint, reply: Doc): void {
		this.#database.write();
		const bytes = encode(reply);
		this.#database
			.prepare(
				"INSERT INTO sessions VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET number = excluded.number, reply = excluded.reply, at = excluded.at",
			)
			.run(session, number, bytes, Date.now());
		this.#known.set(text(session), { number, reply: bytes });
	}

	#find(session: Buffer): Last | undefined {
		const known = this.#known.get(text(session));
		if (known) return known;
		const statement = this.#database.prepare("SELECT number, reply FROM sessions WHERE id = ?");
		const row = statement.get(session) as unknown as [number, Uint8Array] | undefined;
		if (!row) return undefined;
		const last = { number: BigInt(row[0]), reply: asBuffer(row[1]) };
		this.#known.set(text(session), last);
		return last;
	}

	/** Forgets what was held in memory, as after a transaction that was rolled back. */
	reload(): void {
		this.#known.clear();
	}

	/** Forgets sessions that have been idle for half an hour, as `logicalSessionTimeoutMinutes` says. */
	sweep(now: number): void {
		const old = this.#database.prepare("SELECT count(*) FROM sessions WHERE at < ?").get(now - KEPT) as unknown as [
			number,
		];
		if (old[0] === 0) return;
		this.#database.write();
		this.#database.prepare("DELETE FROM sessions WHERE at < ?").run(now - KEPT);
		this.#known.clear();
	}
}

const text = (session: Buffer) => session.latin1Slice(0, session.length);

/** The bytes of a session's id, or undefined when the command has none. */
export function sessionOf(body: Doc): Buffer | undefined {
	const id = isDocument(body.lsid) ? body.lsid.id : undefined;
	return id instanceof Binary ? Buffer.from(id.buffer.subarray(0, id.position)) : undefined;
}
