import { action } from "../../../runtime/action.ts";
import { removePasskey } from "../../../schemas/passkey.ts";
import { users } from "../model.ts";
import { withoutPasskey } from "../passkeys.ts";
import { personOf } from "../signed-in.ts";

export default action(removePasskey, async ({ params: { id }, meta }) => {
	await users.change(personOf(meta), (state) => ({ state: withoutPasskey(state, id) }));
	return null;
});
