import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { addPasskey } from "../../../schemas/passkey.ts";
import { told } from "../domain.ts";
import { users } from "../model.ts";
import { type PasskeyState, shownPasskey, withPasskey } from "../passkeys.ts";
import { personOf } from "../signed-in.ts";
import { spend } from "../spent.ts";
import { registered } from "../webauthn.ts";

export default action(addPasskey, async ({ params: { name, credential }, meta }) => {
	const now = new Date();
	const user = await users.get(personOf(meta));
	const made = await registered(user, credential, now);
	if (!made || (await users.findOne({ "passkeys.credentialId": made.credentialId }))) throw fail("passkey_refused");
	const { challenge, until, ...facts } = made;
	const passkey: PasskeyState = { id: newId("psk"), ...facts, name, createdAt: now.toISOString(), lastUsedAt: null };
	await users.change(user.id, (state) => {
		const spent = spend(state, challenge, until, now);
		if (!spent) throw fail("passkey_refused");
		return told(withPasskey(spent, passkey), "passkey_added");
	});
	return shownPasskey(passkey);
});
