import { action } from "../../../runtime/action.ts";
import { listApiKeys } from "../../../schemas/access.ts";
import { keyView } from "../api-keys.ts";
import { apiKeys } from "../model.ts";

export default action(listApiKeys, async ({ params }) => {
	const { data, nextCursor } = await apiKeys.page({}, params);
	return { data: data.map(keyView), nextCursor };
});
