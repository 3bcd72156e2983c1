import { action } from "../../../runtime/action.ts";
import { adminNotifications } from "../../../schemas/notification.ts";
import { maskedView } from "../domain.ts";
import { pageOf } from "../page.ts";

export default action(adminNotifications, async ({ params: { status, ...page } }) => {
	const { data, nextCursor } = await pageOf(status ? { status } : {}, page);
	return { data: data.map(maskedView), nextCursor };
});
