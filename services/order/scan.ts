import type { Caller } from "../../runtime/action.ts";
import { log } from "../../runtime/log.ts";
import { every, type Periodic } from "../../runtime/periodic.ts";
import type { OrderState } from "./domain.ts";
import { drive, HeldByAnotherOrder } from "./drive.ts";
import { orders } from "./model.ts";

const EVERY = 1_000;
const AT_ONCE = 200;

/**
 * Takes up what a dead node left, what waits for another try, and buyers who did not come back: at boot and every second, the
 * longest due first. One that waits for a slow provider holds up no other.
 */
export function scanner(from: Caller): Periodic {
	const underWay = new Map<string, Promise<void>>();

	async function scan(): Promise<void> {
		if (underWay.size >= AT_ONCE) return;
		const due = await orders.findMany(
			{ nextAttemptAt: { $lte: new Date().toISOString() } },
			{ limit: AT_ONCE, sort: { nextAttemptAt: 1 } },
		);
		for (const order of due) {
			if (underWay.size >= AT_ONCE) return;
			if (underWay.has(order.id)) continue;
			underWay.set(
				order.id,
				goOn(from, order).finally(() => underWay.delete(order.id)),
			);
		}
	}

	const timer = every(EVERY, scan, (error) => log().warn(`unfinished orders could not be read: ${error.message}`));
	return {
		async stop() {
			await timer.stop();
			await Promise.all(underWay.values());
		},
	};
}

async function goOn(from: Caller, order: OrderState): Promise<void> {
	try {
		await drive(from, order);
	} catch (error) {
		if (!(error instanceof HeldByAnotherOrder))
			log().warn(`order ${order.number} could not go on: ${(error as Error).message}`);
	}
}
