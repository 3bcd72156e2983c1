import { action } from "../../../runtime/action.ts";
import { myNotifications } from "../../../schemas/notification.ts";
import { view } from "../domain.ts";
import { pageOf } from "../page.ts";
import { requirePerson } from "../person.ts";

export default action(myNotifications, async ({ params, meta }) => {
	const { data, nextCursor } = await pageOf({ userId: requirePerson(meta) }, params);
	return { data: data.map((state) => view(state)), nextCursor };
});
