import { setting } from "../../runtime/config.ts";
import { guard } from "../../runtime/guard.ts";
import { changeShipment, noteShipment } from "./change.ts";
import {
	cancelled,
	gramsOf,
	labelled,
	prepared,
	refused,
	type ShipmentState,
	wantsLabel,
	withoutDue,
} from "./domain.ts";
import { cancellations, shipments } from "./model.ts";
import { type Offer, Refused } from "./providers/carriers.ts";
import { ouncesOf } from "./providers/customs.ts";
import { easypost } from "./providers/easypost.ts";
import { shipFrom } from "./ship-from.ts";

/** The heaviest parcel that FedEx and UPS take: 150 pounds. */
const MAX_OUNCES = 2_400;
/** Carriers that give no rate may do so again after their outage; by then an operator has to see to it. */
const NO_RATE_FOR = 3_600_000;

/**
 * Does what a shipment's postage needs: buys its label, or gives it back when the shipment was cancelled. Safe to repeat, also
 * after it ended anywhere in between.
 * @param first nobody has tried before, so what this process remembers of it will do
 */
export async function seeToPostage(id: string, first = false): Promise<void> {
	let shipment = await (first ? shipments.recall(id) : shipments.get(id));
	if (wantsLabel(shipment) && tooLate((await cancellations.find(shipment.orderId)) !== null))
		shipment = await changeShipment(id, (state) => cancelled(state, new Date().toISOString(), false));
	if (wantsLabel(shipment)) {
		try {
			const { parcelId, parcelRateId } = await preparedShipment(shipment);
			const label = await easypost.buy(parcelId!, parcelRateId!);
			shipment = await changeShipment(id, (state) => labelled(state, label, new Date().toISOString()));
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			shipment = await changeShipment(id, (state) => refused(state, error.message, new Date().toISOString()));
		}
	}
	if (shipment.due === undefined) return;
	if (shipment.status === "cancelled") {
		const answer = shipment.parcelId ? await easypost.refund(shipment.parcelId) : "unbought";
		if (tooSoon(answer === "unbought" && isRecent(shipment))) {
			const later = new Date(Date.now() + UNDER_WAY).toISOString();
			await noteShipment(id, (state) => (state.due === undefined ? state : { ...state, due: later }));
			return;
		}
	}
	await noteShipment(id, withoutDue);
}

const tooLate = guard("a parcel of a cancelled order goes nowhere");

/** Milliseconds after which no purchase is under way any more that had begun when a shipment was cancelled. */
const UNDER_WAY = 60_000;
const tooSoon = guard("postage of a cancelled parcel is looked for until none can be under way");

function isRecent({ events }: ShipmentState): boolean {
	const at = events.find(({ status }) => status === "cancelled")?.at;
	return at !== undefined && Date.now() - Date.parse(at) < UNDER_WAY;
}

/** The provider's shipment is stored before anything is paid: whoever goes on after a crash pays for the same one. */
async function preparedShipment(shipment: ShipmentState): Promise<ShipmentState> {
	if (shipment.parcelId !== undefined) return shipment;
	const { id, items: contents, address: to, email, createdAt } = shipment;
	const ounces = ouncesOf(gramsOf(contents));
	if (ounces > MAX_OUNCES) throw new Refused("TOO_HEAVY", "The parcel is heavier than 150 pounds; send it in parts");
	const from = shipFrom(setting("SHIP_FROM"));
	const parcel = await easypost.prepare({ reference: id, from, to, email, ounces, contents });
	const offer = chosen(parcel.offers, shipment.rate);
	if (!offer) {
		const reason = parcel.reasons.join("; ") || "No carrier offers a rate";
		if (Date.now() - Date.parse(createdAt) > NO_RATE_FOR) throw new Refused("NO_RATE", reason);
		throw new Error(reason);
	}
	return noteShipment(id, (state) => prepared(state, parcel.id, offer.id));
}

/** What the buyer chose, or the cheapest. */
const chosen = (offers: readonly Offer[], { carrier, service }: { carrier: string; service: string }) =>
	offers.find((offer) => offer.carrier === carrier && offer.service === service) ?? offers[0];
