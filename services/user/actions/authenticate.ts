import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { authenticate } from "../../../schemas/user.ts";
import { users } from "../model.ts";
import { scopesOf } from "../rights.ts";
import { readAccessToken } from "../tokens.ts";

/** The account and its role are read every time: a logout or a changed right counts at once on every node. */
export default action(authenticate, async ({ params }) => {
	const { userId, sessionId } = await readAccessToken(params.token);
	const user = await users.find(userId);
	if (!user || user.disabled || !user.sessions.some(({ id }) => id === sessionId)) throw fail("invalid_token");
	const { email, emailVerified } = user;
	return { userId, sessionId, email, emailVerified, scopes: [...(await scopesOf(user))] };
});
