import { setting } from "../../runtime/config.ts";
import { log } from "../../runtime/log.ts";
import { every, type Periodic } from "../../runtime/periodic.ts";
import { noteShipment } from "./change.ts";
import { shipments } from "./model.ts";
import { seeToPostage } from "./postage.ts";

/** Milliseconds. Together they are how long after a carrier's return a label waits at most. */
const LOOK_EVERY = 10_000;
export const RETRY_AFTER = 30_000;

let looking: Periodic | undefined;

/** Sees to the postage that its event's deliveries could not: after a long outage of the carriers, or a crash. */
export function startSweep(): void {
	looking = every(LOOK_EVERY, () => sweep(), complain);
}

export const stopSweep = (): Promise<void> | undefined => looking?.stop();

/** One look: what is due, each by one node. */
export async function sweep(now = Date.now()): Promise<void> {
	const due = await shipments.findMany({ due: { $lt: new Date(now).toISOString() } }, { limit: 50 });
	for (const { id, due: seen } of due) {
		const next = new Date(now + RETRY_AFTER).toISOString();
		let mine = false;
		await noteShipment(id, (state) => {
			mine = state.due !== undefined && state.due === seen;
			return mine ? { ...state, due: next } : state;
		});
		if (mine) await seeToPostage(id).catch(complain);
	}
}

const complain = (error: Error): void => log(setting("LOG_LEVEL")).warn(`postage waits: ${error.message}`);
