import type { Caller } from "../../runtime/action.ts";
import { log } from "../../runtime/log.ts";
import { every, type Periodic } from "../../runtime/periodic.ts";
import { drive, HeldByAnotherOrder } from "./drive.ts";
import { orders } from "./model.ts";

const EVERY = 1_000;
const AT_ONCE = 100;

/** Takes up what a dead node left, what waits for another try, and buyers who did not come back: at boot and every second. */
export const scanner = (from: Caller): Periodic =>
	every(
		EVERY,
		() => scan(from),
		(error) => log().warn(`unfinished orders could not be read: ${error.message}`),
	);

/** All that is due, so many at once, the longest due first. */
async function scan(from: Caller): Promise<void> {
	const now = new Date().toISOString();
	for (let after = "", more = true; more; ) {
		const due = await orders.findMany(
			{ nextAttemptAt: { $gt: after, $lte: now } },
			{ limit: AT_ONCE, sort: { nextAttemptAt: 1 } },
		);
		await Promise.all(
			due.map((order) =>
				drive(from, order).catch((error) => {
					if (!(error instanceof HeldByAnotherOrder))
						log().warn(`order ${order.number} could not go on: ${error.message}`);
				}),
			),
		);
		after = due.at(-1)?.nextAttemptAt ?? now;
		more = due.length === AT_ONCE;
	}
}
