import { codeOf } from "../../runtime/errors.ts";
import { PATIENCE } from "../../runtime/events/consumer.ts";
import { attempted, claimed, type NotificationState, sent } from "./domain.ts";
import { notifications } from "./model.ts";
import { Undeliverable } from "./providers/provider.ts";
import { send } from "./send.ts";
import { MissingData } from "./templates/content.ts";

/**
 * Sends a notification that waits. A failing provider is asked again with patience; in the end the notification says why it failed.
 * @param first nobody can have tried before
 * @throws for another attempt, or while another one is at it
 */
export async function deliver(id: string, attempt: number, first: boolean): Promise<void> {
	const state = await mine(id, attempt, first);
	if (!state) return;
	try {
		const { subject, providerId } = await send(state, attempt > 1);
		const at = new Date().toISOString();
		await notifications.change(id, (now) => ({ state: sent(now, subject, providerId, at) }));
	} catch (error) {
		const hopeless = error instanceof Undeliverable || error instanceof MissingData;
		const over = hopeless || attempt >= PATIENCE.attempts;
		const { message } = error as Error;
		await notifications.change(id, (now) => ({ state: attempted(now, message, over) }));
		if (!hopeless) throw error;
	}
}

/** The notification, if it is this attempt's to send it; null when there is nothing to send. The first has it from its birth. */
async function mine(id: string, attempt: number, first: boolean): Promise<NotificationState | null> {
	// Only a replayed dead letter comes after the last attempt.
	const replayed = attempt > PATIENCE.attempts;
	const now = new Date().toISOString();
	let own = false;
	try {
		const state = first
			? await notifications.recall(id)
			: await notifications.change(id, (stored) => {
					const next = claimed(stored, now, replayed);
					own = next !== stored;
					return { state: next };
				});
		if (own || (first && state.status === "queued")) return state;
		if (state.status === "queued") throw new Error(`${id} is being sent`);
	} catch (error) {
		if (codeOf(error) !== "not_found") throw error;
	}
	return null;
}
