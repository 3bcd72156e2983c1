import { action } from "../../../runtime/action.ts";
import { listUsers } from "../../../schemas/access.ts";
import { accountView } from "../domain.ts";
import { users } from "../model.ts";

export default action(listUsers, async ({ params: { role, email, ...page } }) => {
	const filter = { ...(role ? { role } : {}), ...(email ? { email: email.toLowerCase() } : {}) };
	const { data, nextCursor } = await users.page(filter, page);
	return { data: data.map(accountView), nextCursor };
});
