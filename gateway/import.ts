import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type CsvError, parse } from "csv-parse";
import { call } from "../runtime/action.ts";
import { fail } from "../runtime/errors.ts";
import type { StoredAnswer } from "../runtime/idempotency.ts";
import { newId } from "../runtime/ids.ts";
import { type Import, importRows, startImport } from "../schemas/product.ts";
import { send } from "./answer.ts";
import { audited } from "./audit.ts";
import type { Exchange, Gateway } from "./exchange.ts";
import { idempotencyKey, once } from "./idempotency.ts";
import { paramsOf } from "./params.ts";

/** Rows and characters of a batch: a message of NATS may have 1 MB. */
const BATCH = 200;
const BATCH_LENGTH = 200_000;
const LONGEST_ROW = 500_000;
const csv = { bom: true, relax_column_count: true, relax_quotes: true, max_record_size: LONGEST_ROW };

/**
 * Takes a product CSV of any length: it is spooled to a file as it arrives, its header is held against what the product
 * service knows, the answer is given, and the rows follow in batches, never more than one under way.
 */
export async function receiveImport(exchange: Exchange): Promise<void> {
	const { request, gateway, from } = exchange;
	paramsOf(exchange.entry, exchange.path, exchange.query, undefined);
	if (!/^text\/csv\b/i.test(request.headers["content-type"] ?? ""))
		throw fail("unsupported_media_type", {}, "Send the file as text/csv");
	const key = idempotencyKey(exchange);
	const folder = join(gateway.dataDir, "imports");
	await mkdir(folder, { recursive: true });
	const file = join(folder, newId("imp"));
	let taken = false;
	const begin = async (): Promise<StoredAnswer> => {
		const header = await headerOf(file);
		const started = await audited(exchange, {}, () => call(from, startImport, { header }));
		taken = true;
		gateway.handOvers.begin(handOver(file, started, gateway).finally(() => rm(file, { force: true })));
		return {
			status: 202,
			headers: { "Content-Type": "application/json; charset=utf-8" },
			body: JSON.stringify(started),
		};
	};
	try {
		const digest = createHash("sha256");
		request.on("data", (chunk: Buffer) => digest.update(chunk));
		await pipeline(request, createWriteStream(file));
		await send(exchange, key ? await once(exchange, key, digest.digest(), begin) : await begin());
	} finally {
		if (!taken) await rm(file, { force: true });
	}
}

/** Files whose rows are on their way to the product service, after their sender was answered. */
export class HandOvers {
	readonly #running = new Set<Promise<void>>();
	stopping = false;

	begin(work: Promise<void>): void {
		this.#running.add(work);
		void work.finally(() => this.#running.delete(work));
	}

	/** Ends each after the batch that is under way, and has its import say so. */
	async stop(): Promise<void> {
		this.stopping = true;
		await Promise.all(this.#running);
	}
}

async function headerOf(file: string): Promise<string[]> {
	const parser = createReadStream(file).pipe(parse({ ...csv, to: 1 }));
	try {
		for await (const record of parser) return record as string[];
	} catch (error) {
		throw fail("import_unreadable", {}, `The first row cannot be read: ${(error as Error).message}`);
	}
	throw fail("import_unreadable", {}, "The file is empty");
}

const MISTAKES: Record<string, string> = {
	CSV_QUOTE_NOT_CLOSED: "opens a quote that nothing closes",
	CSV_MAX_RECORD_SIZE: `is longer than ${LONGEST_ROW} bytes`,
};

async function handOver(file: string, { id }: Import, { from, handOvers }: Gateway): Promise<void> {
	let rows: string[][] = [];
	let length = 0;
	let firstRow = 2;
	const flush = async (last: boolean, failed?: string) => {
		await call(from, importRows, { id, firstRow, rows, last, ...(failed ? { failed } : {}) });
		firstRow += rows.length;
		rows = [];
		length = 0;
	};
	// The parser reads ahead, and what it finds after a row that it cannot read is not to be relied upon.
	let broken: { row: number; message: string } | undefined;
	const on_skip = (error: CsvError | undefined) => {
		broken ??= { row: Number(error?.records) + 1, message: MISTAKES[error?.code ?? ""] ?? "cannot be read" };
		return undefined;
	};
	try {
		const parser = createReadStream(file).pipe(parse({ ...csv, from: 2, skip_records_with_error: true, on_skip }));
		for await (const record of parser as AsyncIterable<string[]>) {
			if (broken && firstRow + rows.length >= broken.row) break;
			rows.push(record);
			for (const cell of record) length += cell.length;
			if (rows.length < BATCH && length < BATCH_LENGTH) continue;
			await flush(false);
			// What is already as the file says is left alone, so the same file goes on from here.
			if (handOvers.stopping)
				return await flush(true, `The import stopped before row ${firstRow} as its gateway ended: send the file again`);
		}
		if (!broken) return await flush(true);
		await flush(false);
		await flush(true, `The import stopped: row ${broken.row} ${broken.message}`);
	} catch (error) {
		await flush(true, `The import stopped: ${(error as Error).message}`).catch(() => {});
	}
}
