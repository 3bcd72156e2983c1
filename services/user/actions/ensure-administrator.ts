import { randomBytes } from "node:crypto";
import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { ensureAdministrator } from "../../../schemas/user.ts";
import { record } from "../audit-log.ts";
import { account } from "../domain.ts";
import { users } from "../model.ts";
import { hashPassword, refuseCommon } from "../passwords.ts";

export default action(ensureAdministrator, async ({ params, meta }) => {
	const email = params.email.toLowerCase();
	if (await users.findOne({ role: "administrator" })) return { created: false, email, password: null };
	if (params.password) refuseCommon(params.password);
	const made = params.password ? null : randomBytes(18).toString("base64url");
	const passwordHash = await hashPassword(params.password ?? (made as string));
	const fields = { id: newId("usr"), email, name: "Administrator", passwordHash, emailVerified: true } as const;
	try {
		await users.insert(account({ ...fields, role: "administrator" }, new Date()));
		const actor = { type: "shop", id: "start" } as const;
		await record(meta, {
			actor,
			action: ensureAdministrator.name,
			target: fields.id,
			outcome: "done",
			changes: { role: "administrator" },
		});
		return { created: true, email, password: made };
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
	}
	// Another node was quicker, or a customer has the address: an account that anybody may open is not made mighty.
	if ((await users.findOne({ email }))?.role !== "administrator") throw fail("email_taken");
	return { created: false, email, password: null };
});
