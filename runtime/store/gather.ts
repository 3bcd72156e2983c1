/**
 * Gathers single questions into commands: what is asked while a command is under way goes out together as the next.
 * One buyer alone waits for nothing; a hundred share a handful of commands.
 * @param ask gets the gathered items and answers one result each, in their order
 */
export function gather<I, R>(ask: (items: I[]) => Promise<(R | Error)[]>, limit = 200): (item: I) => Promise<R> {
	const queue: { item: I; resolve: (result: R) => void; reject: (error: unknown) => void }[] = [];
	let underWay = 0;

	function flush(): void {
		while (queue.length > 0 && underWay < 1) {
			const batch = queue.splice(0, limit);
			underWay++;
			ask(batch.map((entry) => entry.item))
				.then(
					(results) => {
						for (const [index, entry] of batch.entries()) {
							const result = results[index];
							if (result instanceof Error) entry.reject(result);
							else entry.resolve(result as R);
						}
					},
					(error) => {
						for (const entry of batch) entry.reject(error);
					},
				)
				.finally(() => {
					underWay--;
					flush();
				});
		}
	}

	return (item) =>
		new Promise((resolve, reject) => {
			queue.push({ item, resolve, reject });
			if (queue.length === 1 && underWay < 1) setImmediate(flush);
		});
}
