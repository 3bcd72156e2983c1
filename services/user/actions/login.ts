import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { login } from "../../../schemas/user.ts";
import { countAttempt } from "../guard.ts";
import { asksForFactor } from "../mfa.ts";
import { users } from "../model.ts";
import { beginSession, pairFor, signedIn } from "../open-session.ts";
import { inTurn, isPasswordNow } from "../passwords.ts";
import { recordRefusal, recordSignIn } from "../staff-sign-in.ts";
import { mfaToken } from "../tokens.ts";

export default action(login, async (ctx) => {
	const email = ctx.params.email.toLowerCase();
	const { right, user, isRight } = await inTurn(async () => {
		const [right, user] = await Promise.all([countAttempt(email, ctx.meta), users.findOne({ email })]);
		return { right, user, isRight: await isPasswordNow(ctx.params.password, user?.passwordHash ?? null) };
	});
	if (!user || !isRight || user.disabled) {
		const refusal = fail("invalid_credentials");
		recordRefusal(user, ctx, refusal);
		throw refusal;
	}
	if (asksForFactor(user)) {
		await right();
		return { mfaRequired: true as const, mfaToken: await mfaToken(user) };
	}
	const token = beginSession(user.id);
	const [opened] = await Promise.all([
		users.change(user.id, (state) => {
			if (state.disabled || state.passwordHash !== user.passwordHash || asksForFactor(state))
				throw fail("invalid_credentials");
			return { state: signedIn(state, token, new Date()) };
		}),
		right(),
	]);
	await recordSignIn(opened, ctx);
	return pairFor(opened, token);
});
