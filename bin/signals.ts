/** npm passes on the signal of a terminal that the process had already: within this time it is the same one. In ms. */
const SAME = 500;

/** Stops on SIGINT or SIGTERM after what is under way; a second signal ends at once. */
export function untilSignal(stop: () => Promise<void>): void {
	let stoppingSince: number | null = null;
	const onSignal = () => {
		if (stoppingSince !== null) {
			if (performance.now() - stoppingSince > SAME) process.exit(130);
			return;
		}
		stoppingSince = performance.now();
		stop().then(
			() => process.exit(0),
			(error) => {
				console.error(error);
				process.exit(1);
			},
		);
	};
	process.on("SIGINT", onSignal);
	process.on("SIGTERM", onSignal);
}
