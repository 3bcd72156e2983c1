import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { fact } from "../../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { userRegistered } from "../../../schemas/events.ts";
import { register } from "../../../schemas/user.ts";
import { account } from "../domain.ts";
import { users } from "../model.ts";
import { beginSession, pairFor, signedIn } from "../open-session.ts";
import { hashPassword, refuseCommon } from "../passwords.ts";

export default action(register, async (ctx) => {
	const { password, name } = ctx.params;
	const email = ctx.params.email.toLowerCase();
	refuseCommon(password);
	if (await users.findOne({ email })) throw fail("email_taken");
	const passwordHash = await hashPassword(password);
	const id = newId("usr");
	const now = new Date();
	const token = beginSession(id);
	const user = account({ id, email, name, passwordHash, emailVerified: false, role: "customer" }, now);
	try {
		const facts = [fact(userRegistered, { userId: id })];
		return await pairFor(await users.insert(signedIn(user, token, now), facts, ctx.meta.requestId), token);
	} catch (error) {
		throw error instanceof DuplicateKeyError ? fail("email_taken") : error;
	}
});
