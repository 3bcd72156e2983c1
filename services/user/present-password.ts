import type { Meta } from "../../runtime/action.ts";
import { fail } from "../../runtime/errors.ts";
import type { UserState } from "./domain.ts";
import { countAttempt } from "./guard.ts";
import { users } from "./model.ts";
import { inTurn, isPasswordNow } from "./passwords.ts";
import { personOf } from "./signed-in.ts";

/** The account of who asks, who shows that they know its password. @throws invalid_credentials, too_many_requests, unavailable */
export async function ownerWith(password: string, meta: Meta): Promise<UserState> {
	const user = await users.get(personOf(meta));
	await inTurn(async () => {
		const right = await countAttempt(user.email, meta);
		if (!(await isPasswordNow(password, user.passwordHash))) throw fail("invalid_credentials");
		await right();
	});
	return user;
}
