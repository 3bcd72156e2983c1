import { action } from "../../../runtime/action.ts";
import { logout } from "../../../schemas/user.ts";
import { users } from "../model.ts";
import { withoutSession } from "../sessions.ts";
import { personOf } from "../signed-in.ts";

export default action(logout, async ({ meta }) => {
	const { sessionId } = meta;
	if (sessionId) await users.change(personOf(meta), (user) => ({ state: withoutSession(user, sessionId) }));
	return null;
});
