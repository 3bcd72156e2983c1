import { held, personalDataOf } from "../../runtime/personal-data.ts";
import { isOver, onItsWay, type ShipmentState, wantsLabel } from "./domain.ts";
import { shipments } from "./model.ts";
import { shipmentView } from "./view.ts";

/** What is held on a person here: shipments. Rates are kept by place and weight, without a name or a street. */
export default personalDataOf("shipping", [
	held({
		name: "shipments",
		of: shipments,
		whose: ({ userId }) => ({ userId }),
		shown: (state) => ({
			...shipmentView(state),
			orderNumber: state.orderNumber,
			email: state.email,
			address: state.address,
			createdAt: state.createdAt,
		}),
		forgotten,
	}),
]);

/**
 * What went where by weight and country stays for the accounts. A parcel without a label needs its address, and one that has
 * not left the house its label, which is the carrier's and shows the address.
 */
function forgotten(state: ShipmentState): ShipmentState {
	if (wantsLabel(state)) return state;
	const { country } = state.address;
	const address = { name: "erased", line1: "erased", city: "erased", postalCode: "0", country };
	const gone = state.email === "" ? state : { ...state, tokenHash: null, email: "", address };
	const left = state.labelUrl === null || onItsWay(state) || isOver(state) || state.status === "cancelled";
	// Not null: that would be a parcel which waits for its label.
	return left ? { ...gone, userId: null, labelUrl: state.labelUrl === null ? null : "" } : gone;
}
