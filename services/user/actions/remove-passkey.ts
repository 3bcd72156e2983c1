import { action } from "../../../runtime/action.ts";
import { removePasskey } from "../../../schemas/passkey.ts";
import { told } from "../domain.ts";
import { users } from "../model.ts";
import { withoutPasskey } from "../passkeys.ts";
import { personOf } from "../signed-in.ts";

export default action(removePasskey, async ({ params: { id }, meta }) => {
	await users.change(personOf(meta), (state) => told(withoutPasskey(state, id), "passkey_removed"));
	return null;
});
