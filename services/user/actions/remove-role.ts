import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { removeRole } from "../../../schemas/access.ts";
import { roles, users } from "../model.ts";
import { refuseBeyond, refuseBuiltIn } from "../roles.ts";

const refuseInUse = async (name: string) => {
	if (await users.findOne({ role: name })) throw fail("role_in_use", { name });
};

export default action(removeRole, async ({ params: { name }, meta }) => {
	refuseBuiltIn(name);
	const { rev: _, ...role } = await roles.get(name);
	refuseBeyond(meta.scopes, role.scopes);
	await refuseInUse(name);
	await roles.remove(name);
	try {
		// An account may have got it between the look and the removal.
		await refuseInUse(name);
	} catch (error) {
		await roles.insert(role);
		throw error;
	}
	return null;
});
