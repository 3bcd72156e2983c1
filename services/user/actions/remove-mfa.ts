import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { removeMfa } from "../../../schemas/mfa.ts";
import { told } from "../domain.ts";
import { lostMfa } from "../mfa.ts";
import { users } from "../model.ts";
import { refuseOtherRole, scopesOf, staffOf } from "../rights.ts";
import { refuseBeyond } from "../roles.ts";

export default action(removeMfa, async ({ params: { id }, meta }) => {
	if (staffOf(meta) === id) throw fail("forbidden", {}, "Your own second factor is turned off with a code of it");
	const before = await users.get(id);
	refuseBeyond(meta.scopes, await scopesOf(before));
	await users.change(id, (user) => {
		refuseOtherRole(user, before);
		return told(lostMfa(user, new Date()), "mfa_disabled");
	});
	return null;
});
