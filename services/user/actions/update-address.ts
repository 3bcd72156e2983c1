import { action } from "../../../runtime/action.ts";
import { updateAddress } from "../../../schemas/user.ts";
import { saved, withChange } from "../addresses.ts";
import { addressBooks } from "../model.ts";
import { personOf } from "../signed-in.ts";

export default action(updateAddress, async ({ params: { id, ...change }, meta }) => {
	const book = await addressBooks.change(personOf(meta), (state) => ({ state: withChange(state, id, change) }));
	return saved(book, id);
});
