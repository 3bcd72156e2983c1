import { action } from "../../../runtime/action.ts";
import { beginMfa } from "../../../schemas/mfa.ts";
import { begunMfa, enrolment, newSecret } from "../mfa.ts";
import { users } from "../model.ts";
import { ownerWith } from "../present-password.ts";

export default action(beginMfa, async ({ params, meta }) => {
	const { id, email } = await ownerWith(params.password, meta);
	const secret = newSecret();
	await users.change(id, (user) => ({ state: begunMfa(user, secret, new Date()) }));
	return enrolment(secret, email);
});
