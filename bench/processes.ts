import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** Processor time in seconds that processes have used so far, all their threads together (Linux). */
export function processorTime(pids: number[]): number {
	let ticks = 0;
	for (const pid of pids) {
		const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
		ticks += Number(fields[11]) + Number(fields[12]);
	}
	return ticks / 100;
}

/** Seconds that a process's first thread has waited for a processor that others had (Linux); what is slow for that is not its own doing. */
export function waitedForProcessor(pid: number): number {
	return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[1]) / 1e9;
}

/** Resident memory of a process in MiB (Linux). */
export function residentMemory(pid: number): number {
	return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
}

export interface Child {
	pid: number;
	process: ChildProcess;
	/** Everything it printed so far. */
	output(): string;
	stop(): Promise<void>;
}

/** Starts a program of this project on this Node and waits until it answers or prints a word. */
export async function startChild(
	file: string,
	args: string[],
	environment: Record<string, string>,
	ready: (output: string) => Promise<boolean> | boolean,
): Promise<Child> {
	const child = spawn(process.execPath, [file, ...args], {
		env: { ...process.env, ...environment },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let text = "";
	child.stdout.on("data", (chunk) => {
		text += chunk;
	});
	child.stderr.on("data", (chunk) => {
		text += chunk;
	});
	const end = Date.now() + 60_000;
	while (!(await ready(text))) {
		if (child.exitCode !== null || Date.now() > end) {
			child.kill("SIGKILL");
			throw new Error(`${file} did not come up:\n${text}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	return {
		pid: child.pid as number,
		process: child,
		output: () => text,
		stop: () =>
			new Promise((resolve) => {
				if (child.exitCode !== null || child.signalCode !== null) return resolve();
				child.once("exit", () => resolve());
				child.kill("SIGTERM");
			}),
	};
}

export async function answers(url: string): Promise<boolean> {
	try {
		return (await fetch(url)).ok;
	} catch {
		return false;
	}
}
