import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { createApiKey } from "../../../schemas/access.ts";
import { keyView, made, secretFor } from "../api-keys.ts";
import { apiKeys } from "../model.ts";
import { refuseBeyond } from "../roles.ts";
import { personOf } from "../signed-in.ts";

export default action(createApiKey, async ({ params, meta }) => {
	// A key that leaked could otherwise outlive its end in another one.
	if (meta.keyId) throw fail("forbidden", {}, "A key makes no keys: sign in");
	refuseBeyond(meta.scopes, params.scopes);
	const id = newId("key");
	const secret = secretFor(id);
	const key = await apiKeys.insert(made({ id, ...params, createdBy: personOf(meta) }, secret, new Date()));
	return { ...keyView(key), secret };
});
