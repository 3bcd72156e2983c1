import { action } from "../../../runtime/action.ts";
import { listRoles } from "../../../schemas/access.ts";
import { roles } from "../model.ts";
import { BUILT_IN, roleView } from "../roles.ts";

export default action(listRoles, async ({ params }) => {
	const { data, nextCursor } = await roles.page({}, { ...params, oldestFirst: true });
	const first = params.cursor === undefined ? [...BUILT_IN.values()] : [];
	return { data: [...first, ...data.map(roleView)], nextCursor };
});
