import { action } from "../../../runtime/action.ts";
import { disableMfa } from "../../../schemas/mfa.ts";
import { told } from "../domain.ts";
import { countFactor } from "../guard.ts";
import { shown, withoutMfa } from "../mfa.ts";
import { users } from "../model.ts";
import { ownerWith } from "../present-password.ts";

export default action(disableMfa, async ({ params, meta }) => {
	const { id } = await ownerWith(params.password, meta);
	const right = await countFactor(id, meta);
	await users.change(id, (user) => told(withoutMfa(shown(user, params, new Date())), "mfa_disabled"));
	await right();
	return null;
});
