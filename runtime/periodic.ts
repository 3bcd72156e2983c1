/** Work that comes again and again. */
export interface Periodic {
	/** Begins no further turn; settles when the one under way is over. */
	stop(): Promise<void>;
}

/**
 * Does something every so many milliseconds, one turn at a time: a turn that takes longer leaves out those that fall into it.
 * @param complain is told what a turn threw; the next comes as usual
 */
export function every(milliseconds: number, turn: () => Promise<unknown>, complain: (error: Error) => void): Periodic {
	let stopped = false;
	let running: Promise<unknown> | undefined;
	const timer = setInterval(() => {
		running ??= turn()
			.catch((error) => {
				if (!stopped) complain(error);
			})
			.finally(() => {
				running = undefined;
			});
	}, milliseconds);
	timer.unref();
	return {
		async stop() {
			stopped = true;
			clearInterval(timer);
			await running;
		},
	};
}
