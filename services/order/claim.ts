import { orders } from "./model.ts";
import { claimed } from "./ownership.ts";

const AT_ONCE = 100;

/** Gives a person the guests' orders of an address that is proven to be theirs. @param addressHash of the address in lower case */
export async function claimOrders(userId: string, addressHash: string): Promise<void> {
	for (let after = ""; ; ) {
		const found = await orders.findMany(
			{ claimableBy: addressHash, _id: { $gt: after } },
			{ sort: { _id: 1 }, limit: AT_ONCE },
		);
		await Promise.all(found.map(({ id }) => orders.change(id, (order) => claimed(order, userId))));
		const last = found.at(-1);
		if (!last || found.length < AT_ONCE) return;
		after = last.id;
	}
}
