import { action } from "../../../runtime/action.ts";
import { renamePasskey } from "../../../schemas/passkey.ts";
import { users } from "../model.ts";
import { passkeyOf, renamedPasskey, shownPasskey } from "../passkeys.ts";
import { personOf } from "../signed-in.ts";

export default action(renamePasskey, async ({ params: { id, name }, meta }) => {
	const user = await users.change(personOf(meta), (state) => ({ state: renamedPasskey(state, id, name) }));
	return shownPasskey(passkeyOf(user, id));
});
