/**
 * A mailbox by key: messages for one key are handled one batch after the other, and all that waits while a batch is
 * under way makes the next one. Different keys do not wait for each other.
 */
export interface Mailbox<M, R> {
	post(key: string, message: M): Promise<R>;
	/** Settles when nothing waits. */
	idle(): Promise<void>;
}

interface Letter<M, R> {
	message: M;
	resolve: (result: R) => void;
	reject: (error: unknown) => void;
}

/** What became of one message of a batch. */
export type Outcome<R> = { ok: true; value: R } | { ok: false; error: unknown };

/**
 * @param handle gets at most `limit` messages of one key and answers with one outcome each, in their order; when it
 * throws, all of them are rejected with its error
 */
export function mailbox<M, R>(handle: (key: string, batch: M[]) => Promise<Outcome<R>[]>, limit = 100): Mailbox<M, R> {
	const waiting = new Map<string, Letter<M, R>[]>();
	let onIdle: (() => void)[] = [];

	async function run(key: string, letters: Letter<M, R>[]): Promise<void> {
		while (letters.length > 0) {
			const batch = letters.splice(0, limit);
			try {
				const outcomes = await handle(
					key,
					batch.map((letter) => letter.message),
				);
				for (const [index, letter] of batch.entries()) {
					const outcome = outcomes[index];
					if (outcome?.ok) letter.resolve(outcome.value);
					else letter.reject(outcome?.error ?? new Error(`the handler of ${key} left a message without an outcome`));
				}
			} catch (error) {
				for (const letter of batch) letter.reject(error);
			}
		}
		waiting.delete(key);
		if (waiting.size === 0) {
			for (const done of onIdle) done();
			onIdle = [];
		}
	}

	return {
		post(key, message) {
			return new Promise((resolve, reject) => {
				const letter = { message, resolve, reject };
				const letters = waiting.get(key);
				if (letters) letters.push(letter);
				else {
					const first = [letter];
					waiting.set(key, first);
					// What is posted in the same turn goes along.
					setImmediate(() => void run(key, first));
				}
			});
		},
		idle: () => (waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
	};
}

/** Runs tasks of one key one after the other. */
export function sequence(): <R>(key: string, task: () => Promise<R>) => Promise<R> {
	const box = mailbox<() => Promise<unknown>, unknown>(async (_key, batch) => {
		const outcomes: Outcome<unknown>[] = [];
		for (const task of batch) {
			try {
				outcomes.push({ ok: true, value: await task() });
			} catch (error) {
				outcomes.push({ ok: false, error });
			}
		}
		return outcomes;
	}, 1);
	return <R>(key: string, task: () => Promise<R>) => box.post(key, task) as Promise<R>;
}
