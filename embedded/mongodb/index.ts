import { Worker } from "node:worker_threads";
import type { Report, Settings, Stats } from "./worker.ts";

export type { Stats } from "./worker.ts";

/** Where the server listens and keeps its data. */
export type MongodbOptions = {
	/** Default 127.0.0.1. */
	host?: string;
	/** Default 0: a free one. */
	port?: number;
	/** The folder of the data, made when it is not there; null keeps everything in memory. */
	dataDir: string | null;
	/** Milliseconds between two looks for what has expired (TTL indexes); default 20 s. */
	sweepEvery?: number;
};

/** A running server. */
export type Mongodb = {
	/** For mongoose or any driver. */
	url: string;
	/** Counters since the start. */
	stats(): Promise<Stats>;
	/** Answers what has come in, closes the connections and the data. */
	close(): Promise<void>;
};

/**
 * Starts a server of the MongoDB wire protocol in a worker thread and resolves when it listens.
 * Rejects with a sentence when the port or the data folder is in use.
 */
export async function startMongodb(options: MongodbOptions): Promise<Mongodb> {
	const { host = "127.0.0.1", port = 0, dataDir, sweepEvery = 20_000 } = options;
	const settings: Settings = { host, port, dataDir, sweepEvery };
	// The flags of this process (--eval, --watch) are not the worker's.
	const worker = new Worker(new URL("./worker.ts", import.meta.url), {
		workerData: settings,
		execArgv: [],
		name: "mongodb",
	});
	const { port: bound } = await next(worker, "listening");
	// A fault of the worker after this must stop the process, as a database that is gone would.
	worker.on("message", (report: Report) => {
		if (report.kind === "failed") throw new Error(report.message);
	});
	const address = host.includes(":") ? `[${host}]` : host;
	let closing: Promise<void> | undefined;
	return {
		url: `mongodb://${address}:${bound}/?directConnection=true`,
		async stats() {
			worker.postMessage("stats");
			return (await next(worker, "stats")).stats;
		},
		close() {
			closing ??= close(worker);
			return closing;
		},
	};
}

async function close(worker: Worker): Promise<void> {
	const ended = new Promise((resolve) => worker.once("exit", resolve));
	worker.postMessage("close");
	await ended;
}

type ReportOf<K extends Report["kind"]> = Extract<Report, { kind: K }>;

function next<K extends Report["kind"]>(worker: Worker, kind: K): Promise<ReportOf<K>> {
	return new Promise((resolve, reject) => {
		const onMessage = (report: Report) => {
			if (report.kind === "failed") reject(new Error(report.message));
			else if (report.kind !== kind) return;
			else resolve(report as ReportOf<K>);
			stop();
		};
		const onEnd = (reason: unknown) => {
			reject(reason instanceof Error ? reason : new Error("The embedded MongoDB has ended"));
			stop();
		};
		const stop = () => {
			worker.off("message", onMessage).off("error", onEnd).off("exit", onEnd);
		};
		worker.on("message", onMessage).on("error", onEnd).on("exit", onEnd);
	});
}
