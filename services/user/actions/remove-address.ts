import { action } from "../../../runtime/action.ts";
import { removeAddress } from "../../../schemas/user.ts";
import { withoutAddress } from "../addresses.ts";
import { addressBooks } from "../model.ts";
import { personOf } from "../signed-in.ts";

export default action(removeAddress, async ({ params, meta }) => {
	await addressBooks.change(personOf(meta), (state) => ({ state: withoutAddress(state, params.id) }));
	return null;
});
