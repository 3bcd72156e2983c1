import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, dirname, join, resolve } from "node:path";
import { isAlive } from "./nodes.ts";
import { freePort } from "./ports.ts";

const FOUND_WITHIN = 5_000;
/** Milliseconds within which what listens on this machine answers, and a server that was told to end has ended. */
const ANSWERS_WITHIN = 1_000;
const ENDS_WITHIN = 10_000;

interface RunningServer {
	/** Ends it; it has ended when this is over. */
	stop(signal?: Signal): Promise<void>;
}

export interface NatsServer extends RunningServer {
	url: string;
	/** Where the shop sees that it syncs. */
	monitorUrl: string;
}

/**
 * Starts a nats-server that is on the PATH, with JetStream in the data folder; null when there is none. One that still
 * runs on this folder, as its shop was killed, is gone on with: a second one would write the same store.
 */
export async function startNats(dataDir: string, port = 0): Promise<NatsServer | null> {
	const program = onPath("nats-server");
	if (!program) return null;
	const folder = join(dataDir, "nats");
	mkdirSync(folder, { recursive: true });
	const left = await leftBehind(folder);
	if (left) return left;
	port ||= await freePort("127.0.0.1");
	const monitor = await freePort("127.0.0.1");
	const { config, pid } = filesOf(folder);
	// Every acknowledged message is on the disk; the server would sync every two minutes otherwise.
	writeFileSync(
		config,
		[
			"host: 127.0.0.1",
			`port: ${port}`,
			`http: "127.0.0.1:${monitor}"`,
			`pid_file: ${JSON.stringify(pid)}`,
			`jetstream { store_dir: ${JSON.stringify(folder)}, sync_interval: always }`,
			"",
		].join("\n"),
	);
	return { ...urlsOf(port, monitor), ...(await run(program, config, port)) };
}

const filesOf = (folder: string) => ({ config: join(folder, "nats.conf"), pid: join(folder, "nats.pid") });
const urlsOf = (port: number, monitor: number) => ({
	url: `nats://127.0.0.1:${port}`,
	monitorUrl: `http://127.0.0.1:${monitor}`,
});

/** The server that was started on this folder before, where it answers that the folder's store is its own. */
async function leftBehind(folder: string): Promise<NatsServer | null> {
	const { config, pid } = filesOf(folder);
	if (!existsSync(config) || !existsSync(pid)) return null;
	const monitor = Number(/^http: "127\.0\.0\.1:(\d+)"$/m.exec(readFileSync(config, "utf8"))?.[1]);
	const known = await fetch(`http://127.0.0.1:${monitor}/varz`, { signal: AbortSignal.timeout(ANSWERS_WITHIN) })
		.then((answer) => answer.json() as Promise<{ port: number; jetstream?: { config?: { store_dir?: string } } }>)
		.catch(() => null);
	const store = known?.jetstream?.config?.store_dir;
	if (!known || !store || dirname(store) !== resolve(folder)) return null;
	const id = Number(readFileSync(pid, "utf8"));
	return { ...urlsOf(known.port, monitor), stop: ending((signal) => tellProcess(id, signal)) };
}

/** Runs a nats-server with a configuration until it listens on its port. */
export async function run(program: string, config: string, port: number): Promise<RunningServer> {
	const server = spawn(program, ["-c", config], { stdio: "ignore" });
	await listening(server, port);
	return { stop: ending((signal) => isAlive({ process: server }) && server.kill(signal)) };
}

type Signal = "SIGTERM" | "SIGKILL";

/** @param tell sends a signal, or only looks with 0; whether there was somebody to hear it */
function ending(tell: (signal: Signal | 0) => boolean): RunningServer["stop"] {
	let alive = true;
	return async (signal = "SIGTERM") => {
		const end = Date.now() + ENDS_WITHIN;
		alive &&= tell(signal);
		while (alive) {
			await new Promise((resolve) => setTimeout(resolve, 20));
			const late = Date.now() > end;
			// Once more and no longer: who has ended is still seen where nobody reaps it.
			alive = tell(late ? "SIGKILL" : 0) && !late;
		}
	};
}

function tellProcess(pid: number, signal: Signal | 0): boolean {
	try {
		return process.kill(pid, signal);
	} catch {
		return false;
	}
}

/** The file of a program that is on the PATH, or null. */
export function onPath(name: string): string | null {
	for (const folder of (process.env.PATH ?? "").split(delimiter)) {
		const file = join(folder, name);
		try {
			accessSync(file, constants.X_OK);
			return file;
		} catch {
			// not in this folder
		}
	}
	return null;
}

async function listening(server: ChildProcess, port: number): Promise<void> {
	const end = Date.now() + FOUND_WITHIN;
	while (Date.now() < end && server.exitCode === null) {
		const open = await new Promise<boolean>((resolve) => {
			const socket = connect(port, "127.0.0.1", () => {
				socket.destroy();
				resolve(true);
			});
			socket.once("error", () => resolve(false));
		});
		if (open) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	server.kill("SIGKILL");
	throw new Error("the nats-server on the PATH does not start: set NATS_URL, or take it off the PATH");
}
