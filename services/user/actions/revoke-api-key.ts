import { action } from "../../../runtime/action.ts";
import { revokeApiKey } from "../../../schemas/access.ts";
import { revoked } from "../api-keys.ts";
import { apiKeys } from "../model.ts";

export default action(revokeApiKey, async ({ params }) => {
	await apiKeys.change(params.id, (state) => ({ state: revoked(state, new Date()) }));
	return null;
});
