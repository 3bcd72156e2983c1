import { action } from "../../../runtime/action.ts";
import { decodeCursor, encodeCursor } from "../../../runtime/store/page.ts";
import { listAddresses } from "../../../schemas/user.ts";
import { addressBooks } from "../model.ts";
import { personOf } from "../signed-in.ts";

export default action(listAddresses, async ({ params: { limit = 20, cursor }, meta }) => {
	const addresses = (await addressBooks.find(personOf(meta)))?.addresses ?? [];
	const after = cursor ? String(decodeCursor(cursor, ["string"])[0]) : "";
	// Ids rise with time, and addresses are kept in the order in which they were added.
	const rest = addresses.filter(({ id }) => id > after);
	const data = rest.slice(0, limit);
	return { data, nextCursor: rest.length > limit ? encodeCursor([data.at(-1)!.id]) : null };
});
