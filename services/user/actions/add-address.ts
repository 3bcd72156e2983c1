import { action } from "../../../runtime/action.ts";
import { codeOf } from "../../../runtime/errors.ts";
import { newId } from "../../../runtime/ids.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { addAddress } from "../../../schemas/user.ts";
import { type Saved, withAddress } from "../addresses.ts";
import { addressBooks } from "../model.ts";
import { personOf } from "../signed-in.ts";

export default action(addAddress, async ({ params, meta }) => {
	const address: Saved = { id: newId("adr"), ...params };
	await keep(personOf(meta), address);
	return address;
});

/** The first address makes the book. */
async function keep(userId: string, address: Saved): Promise<void> {
	const add = () => addressBooks.change(userId, (book) => ({ state: withAddress(book, address) }));
	try {
		await add();
	} catch (error) {
		if (codeOf(error) !== "not_found") throw error;
		try {
			await addressBooks.insert({ id: userId, addresses: [address] });
		} catch (duplicate) {
			if (!(duplicate instanceof DuplicateKeyError)) throw duplicate;
			await add();
		}
	}
}
