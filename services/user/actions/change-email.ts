import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { changeEmail } from "../../../schemas/email.ts";
import { emailChangeAskedFor } from "../domain.ts";
import { users } from "../model.ts";
import { ownerWith } from "../present-password.ts";

export default action(changeEmail, async ({ params, meta }) => {
	const { id } = await ownerWith(params.password, meta);
	const email = params.email.toLowerCase();
	if (await users.findOne({ email })) throw fail("email_taken");
	await users.change(id, (user) => emailChangeAskedFor(user, email, new Date()));
	return null;
});
