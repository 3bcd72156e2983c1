import { action } from "../../../runtime/action.ts";
import { setting } from "../../../runtime/config.ts";
import { fail } from "../../../runtime/errors.ts";
import { log } from "../../../runtime/log.ts";
import { administerUser } from "../../../schemas/user.ts";
import { administered, profile } from "../domain.ts";
import { users } from "../model.ts";
import { personOf } from "../signed-in.ts";

export default action(administerUser, async ({ params: { id, ...change }, meta }) => {
	if (personOf(meta) === id) throw fail("forbidden", {}, "Nobody changes their own role or disables themselves");
	const user = await users.change(id, (state) => ({ state: administered(state, change, new Date()) }));
	log(setting("LOG_LEVEL")).warn(
		{ audit: "account_administered", userId: id, by: meta.userId, ...change, requestId: meta.requestId },
		"an account's role or state was set",
	);
	return profile(user);
});
