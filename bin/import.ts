/**
 * Imports a Shopify product CSV into a running shop, as its administrator:
 * `npm run import -- FILE [--url http://127.0.0.1:3000] [--token TOKEN]`. Signs in with ADMIN_EMAIL and ADMIN_PASSWORD
 * unless a token is given. Ends with 0 when every row was taken.
 */
import { createReadStream, statSync } from "node:fs";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { ask, signIn } from "./session.ts";

interface Import {
	id: string;
	status: "running" | "completed" | "failed";
	rows: number;
	created: number;
	updated: number;
	unchanged: number;
	failures: number;
	errors: { row: number; message: string }[];
}

const USAGE = "Usage: npm run import -- FILE [--url http://127.0.0.1:3000] [--token TOKEN]";

async function main(): Promise<number> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			url: { type: "string", default: `http://127.0.0.1:${process.env.PORT || 3000}` },
			token: { type: "string" },
		},
	});
	const [file] = positionals;
	if (!file || positionals.length > 1) {
		console.error(USAGE);
		return 2;
	}
	if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error(`${file} is not a file`);
	const shop = new URL(values.url).origin;
	const token = values.token ?? (await signIn(shop));
	const began = Date.now();
	const done = await follow(shop, token, await send(shop, token, file));
	report(done, Date.now() - began);
	return done.status === "completed" && done.failures === 0 ? 0 : 1;
}

const send = (shop: string, token: string, file: string) =>
	ask<Import>(`${shop}/v1/admin/imports`, {
		method: "POST",
		headers: { "Content-Type": "text/csv", Authorization: `Bearer ${token}` },
		body: Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>,
		duplex: "half",
	} as RequestInit);

/** Asks how far the import is until it ends. An access token lives for minutes; a long import asks for another. */
async function follow(shop: string, token: string, started: Import): Promise<Import> {
	let state = started;
	let bearer = token;
	let shown = "";
	while (state.status === "running") {
		await new Promise((resolve) => setTimeout(resolve, 250));
		const question = () =>
			ask<Import>(`${shop}/v1/admin/imports/${started.id}`, { headers: { Authorization: `Bearer ${bearer}` } });
		try {
			state = await question();
		} catch (error) {
			if ((error as { status?: number }).status !== 401 || !process.env.ADMIN_PASSWORD) throw error;
			bearer = await signIn(shop);
			state = await question();
		}
		shown = show(state, shown);
	}
	if (process.stdout.isTTY) process.stdout.write("\n");
	return state;
}

/** One line that is written over on a terminal; elsewhere a line for each thousand rows. */
function show({ rows, created, updated, unchanged, failures }: Import, shown: string): string {
	const line = `${rows} rows: ${created} created, ${updated} updated, ${unchanged} unchanged, ${failures} errors`;
	if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
	else if (Math.floor(rows / 1000) === Math.floor(Number.parseInt(shown, 10) / 1000)) return shown;
	else console.log(line);
	return line;
}

function report({ status, rows, created, updated, unchanged, failures, errors }: Import, milliseconds: number): void {
	for (const { row, message } of errors) console.error(`row ${row}: ${message}`);
	if (failures > errors.length) console.error(`and ${failures - errors.length} more errors`);
	const seconds = (milliseconds / 1000).toFixed(1);
	console.log(
		`${status} in ${seconds} s: ${rows} rows, ${created} products created, ${updated} updated, ${unchanged} unchanged, ${failures} errors`,
	);
}

try {
	process.exitCode = await main();
} catch (error) {
	console.error((error as Error).message);
	process.exitCode = 1;
}
