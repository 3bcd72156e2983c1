import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { updateMe } from "../../../schemas/user.ts";
import { profile, told, withPassword } from "../domain.ts";
import { users } from "../model.ts";
import { hashPassword, refuseCommon } from "../passwords.ts";
import { ownerWith } from "../present-password.ts";
import { personOf } from "../signed-in.ts";

export default action(updateMe, async ({ params, meta }) => {
	const { password, currentPassword, ...fields } = params;
	const userId = personOf(meta);
	if ((password === undefined) !== (currentPassword === undefined)) {
		const path = password === undefined ? "/password" : "/currentPassword";
		throw fail("validation_failed", { errors: [{ path, message: "is needed to change the password" }] });
	}
	let replaced: { from: string; to: string } | null = null;
	if (password !== undefined && currentPassword !== undefined) {
		refuseCommon(password);
		const { passwordHash } = await ownerWith(currentPassword, meta);
		replaced = { from: passwordHash, to: await hashPassword(password) };
	}
	return profile(
		await users.change(userId, (user) => {
			if (!replaced && Object.keys(fields).length === 0) return { state: user };
			const now = new Date();
			const state = { ...user, ...fields, updatedAt: now.toISOString() };
			if (!replaced) return { state };
			if (user.passwordHash !== replaced.from) throw fail("invalid_credentials");
			return told(withPassword(state, replaced.to, meta.sessionId ?? null, now), "password_changed");
		}),
	);
});
