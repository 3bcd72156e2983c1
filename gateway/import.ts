import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type CsvError, parse } from "csv-parse";
import { type Caller, call } from "../runtime/action.ts";
import { fail } from "../runtime/errors.ts";
import { newId } from "../runtime/ids.ts";
import { type Import, importRows, startImport } from "../schemas/product.ts";
import { send } from "./answer.ts";
import type { Exchange } from "./exchange.ts";

const BATCH = 200;
const csv = {
	bom: true,
	relax_column_count: true,
	relax_quotes: true,
	skip_empty_lines: true,
	max_record_size: 1_000_000,
};

/**
 * Takes a product CSV of any length: it is spooled to a file as it arrives, its header is held against what the product
 * service knows, the answer is given, and the rows follow in batches, never more than one under way.
 */
export async function receiveImport(exchange: Exchange): Promise<void> {
	const { request, gateway, from } = exchange;
	if (!/^text\/csv\b/i.test(request.headers["content-type"] ?? ""))
		throw fail("unsupported_media_type", {}, "Send the file as text/csv");
	const folder = join(gateway.dataDir, "imports");
	await mkdir(folder, { recursive: true });
	const file = join(folder, newId("imp"));
	try {
		await pipeline(request, createWriteStream(file));
		const started = await call(from, startImport, { header: await headerOf(file) });
		send(exchange, {
			status: 202,
			headers: { "Content-Type": "application/json; charset=utf-8" },
			body: JSON.stringify(started),
		});
		void handOver(file, started, gateway.from).finally(() => rm(file, { force: true }));
	} catch (error) {
		await rm(file, { force: true });
		throw error;
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

async function handOver(file: string, { id }: Import, from: Caller): Promise<void> {
	let rows: string[][] = [];
	let firstRow = 2;
	let errors: { row: number; message: string }[] = [];
	const flush = async (last: boolean, failed?: string) => {
		await call(from, importRows, {
			id,
			firstRow,
			rows,
			last,
			...(errors.length ? { errors } : {}),
			...(failed ? { failed } : {}),
		});
		firstRow += rows.length;
		rows = [];
		errors = [];
	};
	try {
		const parser = createReadStream(file).pipe(
			parse({
				...csv,
				from: 2,
				skip_records_with_error: true,
				on_skip: (error: CsvError | undefined) => {
					errors.push({ row: firstRow + rows.length, message: error?.message ?? "cannot be read" });
					return undefined;
				},
			}),
		);
		for await (const record of parser) {
			rows.push(record as string[]);
			if (rows.length >= BATCH) await flush(false);
		}
		await flush(true);
	} catch (error) {
		await flush(true, `The import stopped: ${(error as Error).message}`).catch(() => {});
	}
}
