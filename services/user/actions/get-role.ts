import { action } from "../../../runtime/action.ts";
import { getRole } from "../../../schemas/access.ts";
import { roles } from "../model.ts";
import { BUILT_IN, roleView } from "../roles.ts";

export default action(getRole, async ({ params: { name } }) => BUILT_IN.get(name) ?? roleView(await roles.get(name)));
