import { availableParallelism, setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { hashSync, type Options, verifySync } from "@node-rs/argon2";

/** What to work out; the answer carries the same number. */
export type Task = { id: number } & ({ password: string; options: Options } | { password: string; of: string });
export type Done = { id: number } & ({ result: string | boolean } | { error: string });

// On Linux this speaks of the calling thread alone: whoever reads a product comes before whoever signs in.
if (process.platform === "linux") setPriority(10);

/**
 * How long it rests after a hash, as a share of the time that the hash took: where there are two processors or fewer, sign-ins
 * shall take half of one at most, however many come. Low priority alone is not enough: a thread that is runnable waits for the
 * kernel to take the processor from one that is running.
 */
const REST = availableParallelism() <= 2 ? 1 : 0;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

parentPort?.on("message", (task: Task) => {
	const began = performance.now();
	const { id, password } = task;
	let done: Done;
	try {
		done = { id, result: "of" in task ? verifySync(task.of, password) : hashSync(password, task.options) };
	} catch (error) {
		done = { id, error: (error as Error).message };
	}
	parentPort?.postMessage(done);
	if (REST > 0) Atomics.wait(sleeper, 0, 0, (performance.now() - began) * REST);
});
