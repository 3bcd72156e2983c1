import { Worker } from "node:worker_threads";
import type { Options } from "@node-rs/argon2";
import type { Done, Task } from "./passwords.worker.ts";

interface Waiting {
	resolve(result: string | boolean): void;
	reject(error: Error): void;
}

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, Waiting>();

/** Argon2 on a thread of its own, which yields to the rest of the shop: one hash after the other. */
export const hashed = (password: string, options: Options) => asked({ password, options }) as Promise<string>;
export const verifies = (password: string, of: string) => asked({ password, of }) as Promise<boolean>;

type Question<T> = T extends unknown ? Omit<T, "id"> : never;

function asked(question: Question<Task>): Promise<string | boolean> {
	worker ??= started();
	const id = ++last;
	const answer = new Promise<string | boolean>((resolve, reject) => waiting.set(id, { resolve, reject }));
	// The process may end while nobody waits.
	worker.ref();
	worker.postMessage({ id, ...question });
	return answer;
}

function started(): Worker {
	const thread = new Worker(new URL("./passwords.worker.ts", import.meta.url));
	thread.on("message", (done: Done) => {
		const one = waiting.get(done.id);
		waiting.delete(done.id);
		if (waiting.size === 0) thread.unref();
		if ("error" in done) one?.reject(new Error(done.error));
		else one?.resolve(done.result);
	});
	// The next question starts another.
	const gone = (error: Error) => {
		if (worker !== thread) return;
		worker = undefined;
		for (const { reject } of waiting.values()) reject(error);
		waiting.clear();
	};
	thread.on("error", gone);
	thread.on("exit", () => gone(new Error("the thread that hashes passwords ended")));
	return thread;
}
