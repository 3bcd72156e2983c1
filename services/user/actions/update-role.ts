import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { updateRole } from "../../../schemas/access.ts";
import { roles, users } from "../model.ts";
import { staffOf } from "../rights.ts";
import { refuseBeyond, refuseBuiltIn, roleView } from "../roles.ts";

export default action(updateRole, async ({ params: { name, ...change }, meta }) => {
	refuseBuiltIn(name);
	if ((await users.get(staffOf(meta))).role === name) throw fail("forbidden", {}, "Nobody changes their own role");
	const role = await roles.change(
		name,
		(state) => {
			refuseBeyond(meta.scopes, [...state.scopes, ...(change.scopes ?? [])]);
			return { state: Object.keys(change).length === 0 ? state : { ...state, ...change } };
		},
		meta.ifMatch,
	);
	return roleView(role);
});
