import { action } from "../../../runtime/action.ts";
import { confirmMfa } from "../../../schemas/mfa.ts";
import { countFactor } from "../guard.ts";
import { confirmedMfa, newRecoveryCodes } from "../mfa.ts";
import { users } from "../model.ts";
import { personOf } from "../signed-in.ts";

export default action(confirmMfa, async ({ params, meta }) => {
	const userId = personOf(meta);
	const right = await countFactor(userId, meta);
	const recoveryCodes = newRecoveryCodes();
	await users.change(userId, (user) => ({ state: confirmedMfa(user, params.code, recoveryCodes, new Date()) }));
	await right();
	return { recoveryCodes };
});
