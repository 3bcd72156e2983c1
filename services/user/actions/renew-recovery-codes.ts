import { action } from "../../../runtime/action.ts";
import { renewRecoveryCodes } from "../../../schemas/mfa.ts";
import { told } from "../domain.ts";
import { countFactor } from "../guard.ts";
import { newRecoveryCodes, shown, withRecoveryCodes } from "../mfa.ts";
import { users } from "../model.ts";
import { ownerWith } from "../present-password.ts";

export default action(renewRecoveryCodes, async ({ params, meta }) => {
	const { id } = await ownerWith(params.password, meta);
	const right = await countFactor(id, meta);
	const recoveryCodes = newRecoveryCodes();
	await users.change(id, (user) =>
		told(withRecoveryCodes(shown(user, params, new Date()), recoveryCodes), "recovery_codes_renewed"),
	);
	await right();
	return { recoveryCodes };
});
