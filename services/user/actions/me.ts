import { action } from "../../../runtime/action.ts";
import { me } from "../../../schemas/user.ts";
import { profile } from "../domain.ts";
import { users } from "../model.ts";
import { personOf } from "../signed-in.ts";

export default action(me, async ({ meta }) => profile(await users.get(personOf(meta))));
