import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { createRole } from "../../../schemas/access.ts";
import { roles } from "../model.ts";
import { BUILT_IN, refuseBeyond, roleView } from "../roles.ts";

export default action(createRole, async ({ params: { name, description = "", scopes }, meta }) => {
	refuseBeyond(meta.scopes, scopes);
	if (BUILT_IN.has(name)) throw fail("role_taken", { name });
	try {
		return roleView(await roles.insert({ id: name, key: newId("rol"), description, scopes }));
	} catch (error) {
		throw error instanceof DuplicateKeyError ? fail("role_taken", { name }) : error;
	}
});
