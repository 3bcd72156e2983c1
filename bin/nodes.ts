import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { RestClient } from "./rest.ts";

const UP_WITHIN = 60_000;

/** A service in a process of its own. */
export interface NodeProcess {
	name: string;
	process: ChildProcess;
	/** Resolves when it says that it runs. */
	running: Promise<void>;
	exited: Promise<void>;
}

/**
 * Starts a node of one service.
 * @param log gets what it prints; without it the errors go to this process's own
 */
export function startService(name: string, environment: NodeJS.ProcessEnv, log?: Writable): NodeProcess {
	const child = spawn(process.execPath, [join(import.meta.dirname, "node.ts"), name], {
		env: environment,
		stdio: ["ignore", "pipe", log ? "pipe" : "inherit"],
	});
	const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
	const running = new Promise<void>((resolve, reject) => {
		const runs = new RegExp(` runs ${name}$`, "m");
		let printed = "";
		child.stdout!.on("data", function look(chunk) {
			printed += chunk;
			// Its log goes the same way.
			if (!runs.test(printed)) return;
			child.stdout!.off("data", look);
			resolve();
		});
		void exited.then(() => reject(new Error(`the node of ${name} ended before it ran`)));
	});
	running.catch(() => {});
	if (log) for (const output of [child.stdout, child.stderr]) output?.pipe(log, { end: false });
	else child.stdout!.resume();
	return { name, process: child, running, exited };
}

export const isAlive = ({ process: { exitCode, signalCode } }: Pick<NodeProcess, "process">): boolean =>
	exitCode === null && signalCode === null;

/** Ends nodes after what is under way. */
export async function stopNodes(nodes: NodeProcess[]): Promise<void> {
	for (const node of nodes) node.process.kill("SIGTERM");
	await Promise.all(nodes.map((node) => node.exited));
}

/** Waits until a shop says that a buyer can be served. @throws after a minute */
export async function untilReady(url: string): Promise<void> {
	const client = new RestClient(url);
	const end = Date.now() + UP_WITHIN;
	while ((await client.request("GET", "/health/ready").catch(() => null))?.status !== 200) {
		if (Date.now() > end) throw new Error("the nodes did not come up within a minute");
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}
