import { action } from "../../../runtime/action.ts";
import { contact } from "../../../schemas/user.ts";
import { users } from "../model.ts";

export default action(contact, async ({ params }) => {
	const { id, name, email, emailVerified, phone } = await users.get(params.id);
	return { id, name, email, emailVerified, phone };
});
