import mongoose, { type Connection } from "mongoose";
import { fail } from "../errors.ts";
import type { Periodic } from "../periodic.ts";
import { gather } from "./gather.ts";
import { CHECK_WITHIN, watchMonitors } from "./monitors.ts";

let root: Promise<Connection> | undefined;
let watch: Periodic | undefined;
let commands = 0;

/** How many commands this process has sent to its stores. */
export const commandCount = () => commands;

/**
 * Connects this process to MongoDB: one pool, whatever number of services it runs.
 * @param url a MongoDB URL; writes are acknowledged by a majority, which on a replica set means journaled
 */
export async function connectStores(url: string): Promise<void> {
	mongoose.set("strictQuery", "throw");
	const connection = mongoose.createConnection(url, {
		serverSelectionTimeoutMS: 3_000,
		connectTimeoutMS: CHECK_WITHIN,
		// A check has an end, so that one which hangs is seen.
		serverMonitoringMode: "poll",
		socketTimeoutMS: 20_000,
		maxPoolSize: 20,
		w: "majority",
		autoIndex: false,
		autoCreate: false,
	});
	// Every command takes a connection once; monitoring the commands themselves would cost as much as running them.
	connection.getClient().on("connectionCheckedOut", () => commands++);
	watch = watchMonitors(connection.getClient());
	root = connection.asPromise();
	await root;
}

/** The database of one service; no service asks for another's. */
export async function database(namespace: string, service: string): Promise<Connection> {
	if (!root) throw fail("unavailable", {}, "The stores are not connected");
	return (await root).useDb(`${namespace}-${service}`, { useCache: true });
}

/** Whether the database answers, for readiness. */
export async function storesAnswer(): Promise<boolean> {
	try {
		const connection = await root;
		await connection?.db?.command({ ping: 1 }, { timeoutMS: 2_000 });
		return connection !== undefined;
	} catch {
		return false;
	}
}

interface StoreWrites {
	documents: number;
	syncs: number;
}

/**
 * Documents that the embedded MongoDB has written since its start, and the syncs of the disk that took; null where the
 * server is another one.
 */
export const storeWrites = (): Promise<StoreWrites | null> => askForWrites(null);

const askForWrites = gather<null, StoreWrites | null>(async (asked) => {
	const status = await (await root)?.db?.admin().serverStatus();
	// Who counts the shop's commands asks this one for himself.
	if (status) commands--;
	return asked.map(() => status?.written ?? null);
});

export async function disconnectStores(): Promise<void> {
	const connection = await root?.catch(() => undefined);
	root = undefined;
	await watch?.stop();
	await connection?.close();
}
