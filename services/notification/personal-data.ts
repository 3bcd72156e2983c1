import { held, personalDataOf } from "../../runtime/personal-data.ts";
import { type NotificationState, view } from "./domain.ts";
import { notifications, preferences } from "./model.ts";

/** What is held on a person here. Twilio's reports hold its ids and a status. */
export default personalDataOf("notification", [
	held({
		name: "preferences",
		of: preferences,
		whose: ({ userId }) => ({ _id: userId }),
		shown: ({ sms, marketing }) => ({ sms, marketing }),
		forgotten: () => null,
	}),
	held({
		name: "notifications",
		of: notifications,
		whose: ({ userId }) => ({ userId }),
		shown: (state) => view(state),
		forgotten,
	}),
]);

/** What was sent when stays countable. What waits is given up with the rest: there is nobody to send it to. */
function forgotten(state: NotificationState): NotificationState {
	const { providerId: _, ...rest } = state;
	const status = state.status === "queued" ? "failed" : state.status;
	return { ...rest, status, userId: null, to: "", data: {}, subject: null, error: null };
}
