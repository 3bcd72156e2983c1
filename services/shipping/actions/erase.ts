import { action } from "../../../runtime/action.ts";
import { eraseShipments } from "../../../schemas/shipping.ts";
import { noteShipment } from "../change.ts";
import type { ShipmentState } from "../domain.ts";
import { shipments } from "../model.ts";

/** What went where by weight and country stays for the accounts; the person does not. */
export default action(eraseShipments, async ({ params: { userId } }) => {
	let erased = 0;
	for (;;) {
		const found = await shipments.findMany({ userId, status: { $ne: "pending" } }, { limit: 200 });
		if (found.length === 0) break;
		await Promise.all(found.map(({ id }) => noteShipment(id, forgotten)));
		erased += found.length;
	}
	return { erased, waiting: (await shipments.findMany({ userId }, { limit: 200 })).length };
});

const forgotten = (state: ShipmentState): ShipmentState => ({
	...state,
	userId: null,
	tokenHash: null,
	email: "",
	address: { name: "erased", line1: "erased", city: "erased", postalCode: "0", country: state.address.country },
});
