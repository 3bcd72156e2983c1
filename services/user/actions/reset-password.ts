import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { resetPassword } from "../../../schemas/user.ts";
import { reset } from "../domain.ts";
import { forgetAttempts } from "../guard.ts";
import { users } from "../model.ts";
import { hashPassword, refuseCommon } from "../passwords.ts";
import { isBoundTo, readLinkToken } from "../tokens.ts";

export default action(resetPassword, async ({ params }) => {
	const { userId, bound } = await readLinkToken(["reset-password"], params.token);
	refuseCommon(params.password);
	const user = await users.find(userId);
	if (!user || !isBoundTo("reset-password", user, bound)) throw fail("token_expired");
	const hash = await hashPassword(params.password);
	await users.change(userId, (state) => reset(state, Number(bound), hash, new Date()));
	await forgetAttempts(user.email);
	return null;
});
