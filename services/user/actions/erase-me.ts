import { action } from "../../../runtime/action.ts";
import { fail } from "../../../runtime/errors.ts";
import { hashOf } from "../../../runtime/ids.ts";
import { fact } from "../../../runtime/store/aggregate.ts";
import { DuplicateKeyError } from "../../../runtime/store/writer.ts";
import { userErased } from "../../../schemas/events.ts";
import { eraseMe } from "../../../schemas/person.ts";
import { begun } from "../erasure.ts";
import { erasures, users } from "../model.ts";
import { personOf } from "../signed-in.ts";

/**
 * The erasure is stored with its event first: whatever happens after it, it goes on. The account's own document goes at
 * once: nobody is signed in any more, and the address is free.
 */
export default action(eraseMe, async ({ meta }) => {
	const user = await users.find(personOf(meta));
	// Another request of the same person was quicker.
	if (!user) return null;
	const { id, email, emailVerified, role } = user;
	if (role !== "customer") throw fail("forbidden", {}, "An account of staff cannot erase itself");
	try {
		const erasure = begun(id, hashOf(email), emailVerified, new Date());
		await erasures.insert(erasure, [fact(userErased, { userId: id })], meta.requestId);
	} catch (error) {
		if (!(error instanceof DuplicateKeyError)) throw error;
	}
	await users.remove(id);
	return null;
});
