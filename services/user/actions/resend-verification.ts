import { action } from "../../../runtime/action.ts";
import { resendVerification } from "../../../schemas/user.ts";
import { verificationAskedFor } from "../domain.ts";
import { users } from "../model.ts";
import { personOf } from "../signed-in.ts";

export default action(resendVerification, async ({ meta }) => {
	await users.change(personOf(meta), (user) => verificationAskedFor(user, new Date()));
	return null;
});
