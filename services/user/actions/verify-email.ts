import { action } from "../../../runtime/action.ts";
import { codeOf, fail } from "../../../runtime/errors.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { verifyEmail } from "../../../schemas/user.ts";
import { emailChanged, verified } from "../domain.ts";
import { users } from "../model.ts";
import { isBoundTo, readLinkToken } from "../tokens.ts";

/** A link proves the address that an account has, or the one that it is to have. */
const PROOFS = { "verify-email": verified, "change-email": emailChanged };

export default action(verifyEmail, async ({ params }) => {
	const { purpose, userId, bound } = await readLinkToken(["verify-email", "change-email"], params.token);
	try {
		await users.change(userId, (user) => {
			if (!isBoundTo(purpose, user, bound)) throw fail("token_expired");
			return PROOFS[purpose](user, new Date());
		});
	} catch (error) {
		// Somebody else has the address meanwhile.
		if (error instanceof DuplicateKeyError) throw fail("email_taken");
		throw codeOf(error) === "not_found" ? fail("token_expired") : error;
	}
	return null;
});
