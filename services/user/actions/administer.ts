import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { administerUser } from "../../../schemas/user.ts";
import { whileOthersAdminister } from "../administrators.ts";
import { accountView, administered, type UserState } from "../domain.ts";
import { users } from "../model.ts";
import { refuseOtherRole, roleNamed, scopesOf, staffOf } from "../rights.ts";
import { ADMINISTRATOR, BUILT_IN, refuseBeyond } from "../roles.ts";

export default action(administerUser, async ({ params: { id, role, disabled }, meta }) => {
	if (staffOf(meta) === id) throw fail("forbidden", {}, "Nobody changes their own role or disables themselves");
	const before = await users.get(id);
	const given = role === undefined ? undefined : await roleNamed(role);
	refuseBeyond(meta.scopes, [...(await scopesOf(before)), ...(given?.scopes ?? [])]);
	const change = {
		...(given ? { role: given.role, roleKey: given.roleKey } : {}),
		...(disabled === undefined ? {} : { disabled }),
	};
	const work = () =>
		users.change(id, (state) => {
			refuseOtherRole(state, before);
			return { state: administered(state, change, new Date()) };
		});
	const { role: next } = administered(before, change, new Date());
	const leaves = before.role === ADMINISTRATOR && !before.disabled && (next !== ADMINISTRATOR || disabled === true);
	const after = leaves ? await whileOthersAdminister(id, work) : await work();
	await undoIfGone(before, after);
	return accountView(after);
});

/** A role may be removed while it is given: then the account has its former one again. @throws role_unknown */
async function undoIfGone({ role, roleKey = null }: UserState, after: UserState): Promise<void> {
	if (after.role === role || BUILT_IN.has(after.role)) return;
	try {
		if ((await roleNamed(after.role)).roleKey === after.roleKey) return;
	} catch {
		// told below
	}
	await users.change(after.id, (state) => ({
		state: state.roleKey === after.roleKey ? administered(state, { role, roleKey }, new Date()) : state,
	}));
	throw fail("role_unknown", { role: after.role });
}
