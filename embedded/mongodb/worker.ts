import { parentPort, workerData } from "node:worker_threads";
import { yieldToShop } from "../priority.ts";
import type { Context, Written } from "./server/context.ts";
import { Cursors } from "./server/cursors.ts";
import { expire } from "./server/expire.ts";
import { listen } from "./server/listener.ts";
import { Sessions } from "./server/sessions.ts";
import { Turns } from "./server/turns.ts";
import { Catalog } from "./store/catalog.ts";
import { Database } from "./store/database.ts";

/** What the main thread hands to the worker. */
export type Settings = { host: string; port: number; dataDir: string | null; sweepEvery: number };

/** What the worker tells. */
export type Report =
	| { kind: "listening"; port: number }
	| { kind: "failed"; message: string }
	| { kind: "closed" }
	| { kind: "stats"; stats: Stats };

/** Counters since the start. */
export type Stats = { commands: Record<string, number>; written: Written; rss: number };

yieldToShop();
const { host, port, dataDir, sweepEvery } = workerData as Settings;
const report = (message: Report) => parentPort!.postMessage(message);

try {
	const database = new Database(dataDir);
	const catalog = new Catalog(database);
	const context: Context = {
		database,
		catalog,
		cursors: new Cursors(),
		sessions: new Sessions(database),
		counts: new Map(),
		written: { syncs: 0, commands: 0, documents: 0 },
		startedAt: Date.now(),
		address: `${host}:${port}`,
	};
	const turns = new Turns(context, (error) => {
		report({ kind: "failed", message: `The disk refused to sync: ${error.message}` });
		process.exit(1);
	});
	const listener = await listen(turns, host, port);
	context.address = `${host}:${listener.port}`;
	const sweep = setInterval(() => {
		const now = Date.now();
		context.cursors.sweep(now);
		turns.own(() => {
			context.sessions.sweep(now);
			expire(database, catalog, now);
		});
	}, sweepEvery);
	parentPort!.on("message", async (request: "stats" | "close") => {
		if (request === "stats") {
			const commands = Object.fromEntries(context.counts);
			report({ kind: "stats", stats: { commands, written: { ...context.written }, rss: process.memoryUsage.rss() } });
			return;
		}
		clearInterval(sweep);
		await turns.drained();
		await listener.close();
		database.close();
		report({ kind: "closed" });
		parentPort!.close();
	});
	report({ kind: "listening", port: listener.port });
} catch (error) {
	report({ kind: "failed", message: (error as Error).message });
	parentPort!.close();
}
