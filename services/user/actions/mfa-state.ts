import { action } from "../../../runtime/action.ts";
import { mfaState } from "../../../schemas/mfa.ts";
import { users } from "../model.ts";
import { personOf } from "../signed-in.ts";

export default action(mfaState, async ({ meta }) => {
	const { mfa } = await users.get(personOf(meta));
	const since = mfa?.since ?? null;
	return { enabled: since !== null, since, recoveryCodesLeft: mfa?.recoveryCodes.length ?? 0 };
});
