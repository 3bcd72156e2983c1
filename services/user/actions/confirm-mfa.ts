import { action } from "../../../runtime/action.ts";
import { confirmMfa } from "../../../schemas/mfa.ts";
import { told } from "../domain.ts";
import { countFactor } from "../guard.ts";
import { confirmedMfa, newRecoveryCodes } from "../mfa.ts";
import { users } from "../model.ts";
import { personOf } from "../signed-in.ts";

export default action(confirmMfa, async ({ params, meta }) => {
	const userId = personOf(meta);
	const right = await countFactor(userId, meta);
	const recoveryCodes = newRecoveryCodes();
	await users.change(userId, (user) => told(confirmedMfa(user, params.code, recoveryCodes, new Date()), "mfa_enabled"));
	await right();
	return { recoveryCodes };
});
