import { action } from "../../../runtime/action.ts";
import { codeOf, fail } from "../../../runtime/errors.ts";
import { verifyEmail } from "../../../schemas/user.ts";
import { verified } from "../domain.ts";
import { users } from "../model.ts";
import { isBoundTo, readLinkToken } from "../tokens.ts";

export default action(verifyEmail, async ({ params }) => {
	const { userId, bound } = await readLinkToken("verify-email", params.token);
	try {
		await users.change(userId, (user) => {
			if (!isBoundTo("verify-email", user, bound)) throw fail("token_expired");
			return verified(user, new Date());
		});
	} catch (error) {
		throw codeOf(error) === "not_found" ? fail("token_expired") : error;
	}
	return null;
});
