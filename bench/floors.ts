import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose from "mongoose";
import { freePort } from "../bin/ports.ts";
import { load, type Measured, Pool } from "./load.ts";
import { answers, processorTime, startChild } from "./processes.ts";

/** A floor with the processor time a request of the process that served it, in milliseconds. */
export type Floor = Measured & { cpu: number };

async function served(file: string, path: string, connections: number, seconds: number): Promise<Floor> {
	const port = await freePort("127.0.0.1");
	const url = `http://127.0.0.1:${port}`;
	const child = await startChild(join(import.meta.dirname, file), [], { PORT: String(port) }, () =>
		answers(url + path),
	);
	const pool = new Pool(url, connections);
	try {
		await load(connections, { seconds: 1 }, async () => (await pool.send("GET", path)).status === 200);
		const before = processorTime([child.pid]);
		const measured = await load(connections, { seconds }, async () => (await pool.send("GET", path)).status === 200);
		return { ...measured, cpu: ((processorTime([child.pid]) - before) * 1_000) / measured.requests };
	} finally {
		pool.close();
		await child.stop();
	}
}

export const httpEcho = (connections: number, seconds: number) => served("floor-http.ts", "/", connections, seconds);
export const gatewayEcho = (connections: number, seconds: number) =>
	served("floor-gateway.ts", "/echo", connections, seconds);

/**
 * Reads of one document by its id through the driver, as many at once as there are connections. Their processor time is
 * that of both sides, this process's load included.
 * @param pid of the server
 */
export async function indexedRead(url: string, pid: number, connections: number, seconds: number): Promise<Floor> {
	const connection = await mongoose.createConnection(url, { maxPoolSize: connections }).asPromise();
	try {
		const collection = connection.useDb("floor").collection<{ _id: string; value: string }>("documents");
		await collection.insertMany(Array.from({ length: 100 }, (_, n) => ({ _id: `id${n}`, value: "x".repeat(200) })));
		const read = async (turn: number) => (await collection.findOne({ _id: `id${turn % 100}` })) !== null;
		await load(connections, { seconds: 1 }, read);
		const before = processorTime([pid, process.pid]);
		const measured = await load(connections, { seconds }, read);
		return { ...measured, cpu: ((processorTime([pid, process.pid]) - before) * 1_000) / measured.requests };
	} finally {
		await connection.useDb("floor").dropDatabase();
		await connection.close();
	}
}

/** Writes of 4 kB that are on the disk before the next begins, a second. */
export function serialSyncs(seconds: number): number {
	const folder = mkdtempSync(join(tmpdir(), "fsync-"));
	const file = openSync(join(folder, "data"), "w");
	const page = Buffer.alloc(4_096);
	let count = 0;
	const end = performance.now() + seconds * 1_000;
	while (performance.now() < end) {
		writeSync(file, page);
		fsyncSync(file);
		count++;
	}
	closeSync(file);
	rmSync(folder, { recursive: true });
	return count / seconds;
}
