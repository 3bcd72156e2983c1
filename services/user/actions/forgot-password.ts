import { setTimeout as sleep } from "node:timers/promises";
import { action } from "../../../runtime/action.ts";
import { forgotPassword } from "../../../schemas/user.ts";
import { forgotten } from "../domain.ts";
import { users } from "../model.ts";

/** Milliseconds; well above what storing the request takes, so that the time tells nothing about the address. */
const ANSWER_AFTER = 50;

export default action(forgotPassword, async ({ params }) => {
	await Promise.all([remember(params.email.toLowerCase()), sleep(ANSWER_AFTER)]);
	return null;
});

async function remember(email: string): Promise<void> {
	const user = await users.findOne({ email });
	if (user) await users.change(user.id, (state) => forgotten(state, new Date()));
}
