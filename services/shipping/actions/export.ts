import { action } from "../../../runtime/action.ts";
import { exportShipments } from "../../../schemas/shipping.ts";
import { shipments } from "../model.ts";
import { shipmentView } from "../view.ts";

export default action(exportShipments, async ({ params: { userId } }) => {
	const found = await shipments.findMany({ userId }, { sort: { _id: -1 }, limit: 1_000 });
	return { shipments: found.map((state) => ({ ...shipmentView(state), email: state.email, address: state.address })) };
});
