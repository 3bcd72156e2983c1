import { action } from "../../../runtime/action.ts";
import { listPasskeys } from "../../../schemas/passkey.ts";
import { users } from "../model.ts";
import { pageOf } from "../page.ts";
import { passkeysOf, shownPasskey } from "../passkeys.ts";
import { personOf } from "../signed-in.ts";

export default action(listPasskeys, async ({ params, meta }) =>
	pageOf(passkeysOf(await users.get(personOf(meta))).map(shownPasskey), params),
);
