import { action } from "../../../runtime/action.ts";
import { getUser } from "../../../schemas/access.ts";
import { accountView } from "../domain.ts";
import { users } from "../model.ts";

export default action(getUser, async ({ params }) => accountView(await users.get(params.id)));
