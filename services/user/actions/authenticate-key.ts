import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { authenticateKey } from "../../../schemas/access.ts";
import { keyIdOf, opens, used } from "../api-keys.ts";
import { apiKeys, users } from "../model.ts";
import { scopesOf } from "../rights.ts";

/** Key, maker and role are read every time: what was revoked, disabled or demoted counts at once on every node. */
export default action(authenticateKey, async ({ params: { secret } }) => {
	const now = new Date();
	const id = keyIdOf(secret);
	const key = id ? await apiKeys.find(id) : null;
	if (!key || !opens(key, secret, now)) throw fail("invalid_token");
	const owner = await users.find(key.createdBy);
	if (!owner || owner.disabled) throw fail("invalid_token");
	const held = await scopesOf(owner);
	// Nobody waits for it, and it may fail: the next use within the hour writes it.
	if (used(key, now) !== key) apiKeys.change(key.id, (state) => ({ state: used(state, now) })).catch(() => {});
	return { keyId: key.id, keyOwnerId: owner.id, scopes: key.scopes.filter((scope) => held.includes(scope)) };
});
