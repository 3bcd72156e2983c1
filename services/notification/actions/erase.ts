import { action } from "../../../runtime/action.ts";
import { eraseNotifications } from "../../../schemas/notification.ts";
import type { NotificationState } from "../domain.ts";
import { notifications, preferences } from "../model.ts";

/** What waits is given up with the rest: there is nobody to send it to. */
export default action(eraseNotifications, async ({ params: { userId } }) => {
	await preferences.remove(userId);
	let erased = 0;
	for (;;) {
		const found = await notifications.findMany({ userId }, { limit: 200, projection: { _id: 1 } });
		if (found.length === 0) return { erased };
		await Promise.all(found.map(({ id }) => notifications.change(id, (state) => ({ state: forgotten(state) }))));
		erased += found.length;
	}
});

function forgotten(state: NotificationState): NotificationState {
	const { providerId: _, ...rest } = state;
	const status = state.status === "queued" ? "failed" : state.status;
	return { ...rest, status, userId: null, to: "", data: {}, subject: null, error: null };
}
