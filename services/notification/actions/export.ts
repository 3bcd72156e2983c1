import { action } from "../../../runtime/action.ts";
import { exportNotifications } from "../../../schemas/notification.ts";
import { view } from "../domain.ts";
import { preferences } from "../model.ts";
import { pageOf } from "../page.ts";
import { DEFAULTS } from "./preferences.ts";

export default action(exportNotifications, async ({ params: { userId } }) => {
	const [wanted, { data }] = await Promise.all([preferences.find(userId), pageOf({ userId }, { limit: 1_000 })]);
	const { sms, marketing } = wanted ?? DEFAULTS;
	return { preferences: { sms, marketing }, notifications: data.map((state) => view(state)) };
});
