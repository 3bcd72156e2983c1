import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { hashSync, type Options, verifySync } from "@node-rs/argon2";

/** What to work out; the answer carries the same number. */
export type Task = { id: number } & ({ password: string; options: Options } | { password: string; of: string });
export type Done = { id: number } & ({ result: string | boolean } | { error: string });

// On Linux this speaks of the calling thread alone: whoever reads a product comes before whoever signs in.
if (process.platform === "linux") setPriority(10);

parentPort?.on("message", (task: Task) => {
	const { id, password } = task;
	let done: Done;
	try {
		done = { id, result: "of" in task ? verifySync(task.of, password) : hashSync(password, task.options) };
	} catch (error) {
		done = { id, error: (error as Error).message };
	}
	parentPort?.postMessage(done);
});
