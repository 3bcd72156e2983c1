import type { ActionContext } from "../../runtime/action.ts";
import { record } from "./audit-log.ts";
import type { UserState } from "./domain.ts";
import { CUSTOMER } from "./roles.ts";

/** Tells the audit log that somebody of the staff signed in, by whichever way the action has. */
export async function recordSignIn(user: UserState, { meta, action }: ActionContext<unknown>): Promise<void> {
	if (user.role === CUSTOMER) return;
	await record(meta, {
		actor: { type: "user", id: user.id },
		action: action?.name ?? "user.login",
		target: user.id,
		outcome: "done",
		changes: { role: user.role },
	});
}
