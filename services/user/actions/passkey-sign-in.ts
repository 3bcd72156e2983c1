import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { passkeySignIn } from "../../../schemas/passkey.ts";
import { users } from "../model.ts";
import { beginSession, pairFor, signedIn } from "../open-session.ts";
import { passkeysOf, usedPasskey } from "../passkeys.ts";
import { spend } from "../spent.ts";
import { recordRefusal, recordSignIn } from "../staff-sign-in.ts";
import { asserted } from "../webauthn.ts";

const PERSON = /^usr_[0-9a-f]{32}$/;

/** The passkey's device says whose it is, and its account must know the passkey; whatever fails, the answer is the same. */
export default action(passkeySignIn, async (ctx) => {
	const { credential } = ctx.params;
	const now = new Date();
	const userId = Buffer.from(credential.response.userHandle ?? "", "base64url").toString();
	const user = PERSON.test(userId) ? await users.find(userId) : null;
	const passkey = user && passkeysOf(user).find(({ credentialId }) => credentialId === credential.id);
	const shown = passkey && (await asserted(passkey, credential, now));
	const token = beginSession(userId);
	const open = async () => {
		if (!shown) throw fail("passkey_refused");
		return users.change(userId, (state) => {
			const spent = spend(state, shown.challenge, shown.until, now);
			if (!spent || state.disabled) throw fail("passkey_refused");
			return { state: signedIn(usedPasskey(spent, passkey.id, shown, now), token, now) };
		});
	};
	const opened = await open().catch((error) => {
		recordRefusal(user, ctx, error);
		throw error;
	});
	await recordSignIn(opened, ctx);
	return pairFor(opened, token);
});
