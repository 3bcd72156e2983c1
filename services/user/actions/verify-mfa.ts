import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { verifyMfa } from "../../../schemas/mfa.ts";
import { told } from "../domain.ts";
import { countFactor } from "../guard.ts";
import { asksForFactor, shown } from "../mfa.ts";
import { users } from "../model.ts";
import { beginSession, pairFor, signedIn } from "../open-session.ts";
import { spend } from "../spent.ts";
import { recordRefusal, recordSignIn } from "../staff-sign-in.ts";
import { readMfaToken } from "../tokens.ts";

export default action(verifyMfa, async (ctx) => {
	const { params, meta } = ctx;
	const { userId, passwordVersion, jti, expiresAt } = await readMfaToken(params.mfaToken);
	const right = await countFactor(userId, meta);
	const token = beginSession(userId);
	const open = users.change(userId, (user) => {
		const now = new Date();
		if (user.disabled || user.passwordVersion !== passwordVersion || !asksForFactor(user)) throw fail("invalid_token");
		const spent = spend(user, jti, expiresAt, now);
		if (!spent) throw fail("invalid_token");
		const state = signedIn(shown(spent, params, now), token, now);
		return "recoveryCode" in params ? told(state, "recovery_code_used") : { state };
	});
	const opened = await open.catch((error) => {
		recordRefusal(users.find(userId), ctx, error);
		throw error;
	});
	await right();
	await recordSignIn(opened, ctx);
	return pairFor(opened, token);
});
