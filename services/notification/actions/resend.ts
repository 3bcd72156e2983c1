import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { fact } from "../../../runtime/store/aggregate.ts";
import { notificationQueued } from "../../../schemas/events.ts";
import { resendNotification } from "../../../schemas/notification.ts";
import { isSecret, maskedView, queuedAgain } from "../domain.ts";
import { notifications } from "../model.ts";

export default action(resendNotification, async ({ params: { id } }) => {
	const at = new Date().toISOString();
	const state = await notifications.change(id, (now) => {
		// It is on its way already.
		if (now.status === "queued") return { state: now };
		if (now.to === "" || (isSecret(now.kind) && now.status !== "failed"))
			throw fail("transition_not_allowed", { allowed: [] }, "What it said was not kept; ask for a fresh one instead");
		return { state: queuedAgain(now, at), facts: [fact(notificationQueued, { notificationId: id })] };
	});
	return maskedView(state);
});
