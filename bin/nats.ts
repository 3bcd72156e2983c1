import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";
import { freePort } from "./ports.ts";

const FOUND_WITHIN = 5_000;

export interface NatsServer {
	url: string;
	/** Where the shop sees that it syncs. */
	monitorUrl: string;
	process: ChildProcess;
	stop(): Promise<void>;
}

/** Starts a nats-server that is on the PATH, with JetStream in the data folder; null when there is none. */
export async function startNats(dataDir: string, port = 0): Promise<NatsServer | null> {
	const program = onPath("nats-server");
	if (!program) return null;
	const folder = join(dataDir, "nats");
	mkdirSync(folder, { recursive: true });
	port ||= await freePort("127.0.0.1");
	const monitor = await freePort("127.0.0.1");
	const config = join(folder, "nats.conf");
	// Every acknowledged message is on the disk; the server would sync every two minutes otherwise.
	writeFileSync(
		config,
		`host: 127.0.0.1\nport: ${port}\nhttp: "127.0.0.1:${monitor}"\njetstream { store_dir: ${JSON.stringify(folder)}, sync_interval: always }\n`,
	);
	return {
		url: `nats://127.0.0.1:${port}`,
		monitorUrl: `http://127.0.0.1:${monitor}`,
		...(await run(program, config, port)),
	};
}

/** Runs a nats-server with a configuration until it listens on its port. */
export async function run(
	program: string,
	config: string,
	port: number,
): Promise<Pick<NatsServer, "process" | "stop">> {
	const server = spawn(program, ["-c", config], { stdio: "ignore" });
	await listening(server, port);
	return {
		process: server,
		stop: () =>
			new Promise((resolve) => {
				server.once("exit", () => resolve());
				server.kill("SIGTERM");
			}),
	};
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
