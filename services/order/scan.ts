import type { Caller } from "../../runtime/action.ts";
import { log } from "../../runtime/log.ts";
import { drive, HeldByAnotherOrder } from "./drive.ts";
import { orders } from "./model.ts";

const EVERY = 1_000;

/** Takes up what a dead node left, what waits for another try, and buyers who did not come back: at boot and every second. */
export function scanner(from: Caller): { stop(): Promise<void> } {
	let stopped = false;
	let running: Promise<void> = Promise.resolve();
	const timer = setInterval(() => {
		running = running.then(() => (stopped ? undefined : scan(from)));
	}, EVERY);
	return {
		stop() {
			stopped = true;
			clearInterval(timer);
			return running;
		},
	};
}

async function scan(from: Caller): Promise<void> {
	try {
		const due = await orders.findMany(
			{ nextAttemptAt: { $lte: new Date().toISOString() } },
			{ limit: 50, sort: { nextAttemptAt: 1 } },
		);
		await Promise.all(
			due.map((order) =>
				drive(from, order).catch((error) => {
					if (!(error instanceof HeldByAnotherOrder))
						log().warn(`order ${order.number} could not go on: ${error.message}`);
				}),
			),
		);
	} catch (error) {
		log().warn(`unfinished orders could not be read: ${(error as Error).message}`);
	}
}
