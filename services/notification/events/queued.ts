import { consumer, isFirst, PATIENCE } from "../../../runtime/events/consumer.ts";
import { notificationQueued } from "../../../schemas/events.ts";
import { attempted, sent } from "../domain.ts";
import { notifications } from "../model.ts";
import { Undeliverable } from "../providers/provider.ts";
import { send } from "../send.ts";
import { MissingData } from "../templates/content.ts";

/** Sends what waits. A failing provider is asked again with patience; in the end the notification says why it failed. */
export default consumer(notificationQueued, "send", async (event) => {
	const { attempt } = event;
	const id = event.data.notificationId;
	const state = await (isFirst(event) ? notifications.recall(id) : notifications.find(id));
	// Only a replayed dead letter comes after the last attempt.
	const waits = state?.status === "queued" || (state?.status === "failed" && attempt > PATIENCE.attempts);
	if (!state || !waits) return;
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
