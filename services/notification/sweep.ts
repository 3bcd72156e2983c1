import { setting } from "../../runtime/config.ts";
import { log } from "../../runtime/log.ts";
import { every, type Periodic } from "../../runtime/periodic.ts";
import { deliver } from "./deliver.ts";
import { notifications } from "./model.ts";

/** Milliseconds between two looks, and the age from which a notification counts as left behind. */
const LOOK_EVERY = 20_000;
const LEFT_BEHIND = 60_000;

let looking: Periodic | undefined;

/** Sends what nobody has tried to send: its event was lost before it was handled. What was tried is tried again by its deliveries. */
export function startSweep(): void {
	looking = every(LOOK_EVERY, () => sweep(), complain);
}

export const stopSweep = (): Promise<void> | undefined => looking?.stop();

/** One look: the oldest first. */
export async function sweep(now = Date.now()): Promise<void> {
	const before = new Date(now - LEFT_BEHIND).toISOString();
	const waiting = await notifications.findMany(
		{ status: "queued", attempts: 0, queuedAt: { $lt: before } },
		{ sort: { queuedAt: 1 }, limit: 50 },
	);
	for (const { id } of waiting) await deliver(id, 2, false).catch(complain);
}

const complain = (error: Error): void => log(setting("LOG_LEVEL")).warn(`a notification waits: ${error.message}`);
