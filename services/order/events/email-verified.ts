import { call } from "../../../runtime/action.ts";
import { codeOf } from "../../../runtime/errors.ts";
import { consumer } from "../../../runtime/events/consumer.ts";
import { hashOf } from "../../../runtime/ids.ts";
import { emailVerified } from "../../../schemas/events.ts";
import { contact } from "../../../schemas/user.ts";
import { claimOrders } from "../claim.ts";

/** Whoever proves an address has what guests ordered with it. */
export default consumer(emailVerified, "claim-guest-orders", async ({ data: { userId } }, from) => {
	try {
		const person = await call(from, contact, { id: userId });
		if (person.emailVerified) await claimOrders(userId, hashOf(person.email.toLowerCase()));
	} catch (error) {
		// Erased meanwhile.
		if (codeOf(error) !== "not_found") throw error;
	}
});
