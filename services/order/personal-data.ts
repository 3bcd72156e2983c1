import type { Caller } from "../../runtime/action.ts";
import { held, personalDataOf } from "../../runtime/personal-data.ts";
import type { Filter } from "../../runtime/store/collection.ts";
import type { Person } from "../../schemas/person.ts";
import { claimOrders } from "./claim.ts";
import { apply, drive } from "./drive.ts";
import { feeds, orders } from "./model.ts";
import { withoutPerson } from "./ownership.ts";
import { present } from "./present.ts";

const whose = ({ userId, addressHash, verified }: Person): Filter =>
	verified && addressHash ? { $or: [{ userId }, { claimableBy: addressHash }] } : { userId };

/** What is held on a person here: orders, also those that the person made as a guest, and how far they were told of. */
export default personalDataOf(
	"order",
	[
		held({ name: "orders", of: orders, whose, shown: present, forgotten: withoutPerson }),
		held({
			name: "eventPlaces",
			of: feeds,
			whose: ({ userId }) => ({ _id: userId }),
			shown: ({ placed }) => ({ placed }),
			forgotten: () => null,
		}),
	],
	async ({ userId, addressHash, verified }, from) => {
		if (verified && addressHash) await claimOrders(userId, addressHash);
		await cancelUnpaid(from, userId);
		return 0;
	},
);

/** Nobody is left to approve a payment that waits for its buyer. */
async function cancelUnpaid(from: Caller, userId: string): Promise<void> {
	const waiting = await orders.findMany({ userId, status: "requires_action" }, { limit: 100 });
	await Promise.all(
		waiting.map(async ({ id }) => drive(from, await apply(id, { type: "cancel_requested" })).catch(() => {})),
	);
}
