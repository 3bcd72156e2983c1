/** How questions are gathered. */
export interface Gathering {
	/** The most that goes out together. */
	limit?: number;
	/** Milliseconds to wait for company before every command; for what nobody waits for. */
	linger?: number;
	/** Whether commands wait for the common beat when many come: for writes, which then share a sync of the store. */
	beat?: boolean;
}

/**
 * Milliseconds between the moments at which writes begin when many come, as a command costs far more than another item in it.
 * All kinds begin together, so that the store is woken once for all of them and syncs once.
 */
const BEAT = 10;
/** More than so many together wait for the processor above all: the next go at every second beat, which leaves it more time. */
const CROWD = 10;

/**
 * Gathers single questions into commands: what is asked while a command is under way goes out together as the next. One buyer
 * alone waits for nothing; a hundred share a handful of commands.
 * @param ask gets the gathered items and answers one result each, in their order
 */
export function gather<I, R>(
	ask: (items: I[]) => Promise<(R | Error)[]>,
	{ limit = 200, linger = 0, beat = false }: Gathering = {},
): (item: I) => Promise<R> {
	const queue: { item: I; resolve: (result: R) => void; reject: (error: unknown) => void }[] = [];
	let busy = false;
	let period = 0;

	function schedule(): void {
		busy = true;
		const wait = Math.max(linger, beat && period > 0 ? period - (Date.now() % period) : 0);
		if (wait > 0) setTimeout(flush, wait);
		else setImmediate(flush);
	}

	async function flush(): Promise<void> {
		const batch = queue.splice(0, limit);
		period = batch.length > CROWD ? 2 * BEAT : batch.length > 1 ? BEAT : 0;
		try {
			const results = await ask(batch.map((entry) => entry.item));
			for (const [index, entry] of batch.entries()) {
				const result = results[index];
				if (result instanceof Error) entry.reject(result);
				else entry.resolve(result as R);
			}
		} catch (error) {
			for (const entry of batch) entry.reject(error);
		}
		if (queue.length > 0) schedule();
		else busy = false;
	}

	return (item) =>
		new Promise((resolve, reject) => {
			queue.push({ item, resolve, reject });
			if (!busy) schedule();
		});
}
