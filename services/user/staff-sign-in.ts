import type { ActionContext } from "../../runtime/action.ts";
import { codeOf } from "../../runtime/errors.ts";
import { log } from "../../runtime/log.ts";
import { record } from "./audit-log.ts";
import type { UserState } from "./domain.ts";
import { CUSTOMER } from "./roles.ts";

/** Tells the audit log that somebody of the staff signed in, by whichever way the action has. */
export async function recordSignIn(user: UserState, { meta, action }: ActionContext<unknown>, outcome = "done") {
	if (user.role === CUSTOMER) return;
	await record(meta, {
		actor: { type: "user", id: user.id },
		action: action?.name ?? "user.login",
		target: user.id,
		outcome,
		changes: { role: user.role },
	});
}

/**
 * Tells it that somebody failed to sign in as one of the staff. Nobody waits for it: an answer that took longer would tell
 * whose account it is.
 */
export function recordRefusal(
	of: UserState | null | Promise<UserState | null>,
	ctx: ActionContext<unknown>,
	error: unknown,
): void {
	const recorded = async () => {
		const user = await of;
		if (user) await recordSignIn(user, ctx, codeOf(error) ?? "internal");
	};
	recorded().catch((reason) => log().error({ err: reason }, "a failed sign-in of staff is not in the audit log"));
}
