import { codeOf } from "../../../runtime/errors.ts";
import { consumer, type Delivery, isFirst, PATIENCE } from "../../../runtime/events/consumer.ts";
import { notificationQueued } from "../../../schemas/events.ts";
import { attempted, claimed, type NotificationState, sent } from "../domain.ts";
import { notifications } from "../model.ts";
import { Undeliverable } from "../providers/provider.ts";
import { send } from "../send.ts";
import { MissingData } from "../templates/content.ts";

/** Sends what waits. A failing provider is asked again with patience; in the end the notification says why it failed. */
export default consumer(notificationQueued, "send", async (event) => {
	const { attempt } = event;
	const state = await mine(event);
	if (!state) return;
	try {
		const { subject, providerId } = await send(state, attempt > 1);
		const at = new Date().toISOString();
		await notifications.change(state.id, (now) => ({ state: sent(now, subject, providerId, at) }));
	} catch (error) {
		const hopeless = error instanceof Undeliverable || error instanceof MissingData;
		const over = hopeless || attempt >= PATIENCE.attempts;
		const { message } = error as Error;
		await notifications.change(state.id, (now) => ({ state: attempted(now, message, over) }));
		if (!hopeless) throw error;
	}
});

/**
 * The notification, if it is this delivery's to send it; null when there is nothing to send. The first delivery has it from
 * its birth.
 * @throws while another delivery is at it
 */
async function mine(event: Delivery<{ notificationId: string }>): Promise<NotificationState | null> {
	const id = event.data.notificationId;
	// Only a replayed dead letter comes after the last attempt.
	const replayed = event.attempt > PATIENCE.attempts;
	const now = new Date().toISOString();
	const first = isFirst(event);
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
