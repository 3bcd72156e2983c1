import { invalid, Refusal } from "./errors.ts";
import type { Emit } from "./events.ts";
import { newId, now } from "./ids.ts";
import { location } from "./journey.ts";
import type { Rate } from "./rates.ts";
import type { Fee, PostageLabel, Shipment } from "./shipment.ts";
import type { Store } from "./store.ts";
import { advance, createTracker, findTracker } from "./trackers.ts";
import { trackingNumber } from "./tracking-numbers.ts";
import { served } from "./zones.ts";

const fee = (type: Fee["type"], amount: number): Fee => ({
	object: "Fee",
	type,
	amount: amount.toFixed(5),
	charged: true,
	refunded: false,
});

// Half a per cent of the insured value, half a dollar at least.
const insuranceFee = (amount: number): Fee => fee("InsuranceFee", Math.max(0.5, amount * 0.005));

function label(shipment: Shipment, at: string): PostageLabel {
	const id = newId("pl");
	return {
		object: "PostageLabel",
		id,
		created_at: at,
		updated_at: at,
		date_advance: 0,
		integrated_form: "none",
		label_date: at,
		label_resolution: 300,
		label_size: "4x6",
		label_type: "default",
		label_file_type: "application/pdf",
		// The origin may change with a restart, so that it is put before this only when it is shown.
		label_url: `/labels/${shipment.id}/${id}.pdf`,
		label_pdf_url: null,
		label_zpl_url: null,
		label_epl2_url: null,
		label_file: null,
	};
}

function buyable(shipment: Shipment, rateId: string): Rate {
	if (shipment.postage_label) {
		throw new Refusal(422, "SHIPMENT.POSTAGE.EXISTS", "Postage already exists for this shipment.");
	}
	const rate = shipment.rates.find(({ id }) => id === rateId);
	if (!rate) throw invalid("rate", "is not one of this shipment's rates");
	const abroad = shipment.from_address.country !== shipment.to_address.country;
	if (abroad && !shipment.customs_info) {
		const message = "Customs information is required to buy postage for an international shipment.";
		throw new Refusal(422, "SHIPMENT.POSTAGE.FAILURE", message, [
			{ field: "customs_info", message: "cannot be blank" },
		]);
	}
	if (!shipment.to_address.street1 || !served(shipment.to_address.country)) {
		throw new Refusal(422, "SHIPMENT.POSTAGE.FAILURE", "The carrier needs a street to deliver to.");
	}
	return rate;
}

/** Buys the rate: label, tracking number and tracker. To be called in a transaction. */
export function buy(store: Store, emit: Emit, shipment: Shipment, rateId: string, insurance: number | null): Shipment {
	const rate = buyable(shipment, rateId);
	const at = now();
	const code = trackingNumber(rate.carrier, rate.service);
	// On the label of a return the two ends are exchanged; the shipment keeps them as they were given.
	const ends = [shipment.from_address, shipment.to_address];
	const [from, to] = shipment.is_return ? ends.reverse() : ends;
	const tracker = createTracker(
		store,
		emit,
		{
			code,
			carrier: rate.carrier,
			service: rate.service,
			origin: location(from!),
			destination: location(to!),
			weight: shipment.parcel?.weight ?? null,
			shipmentId: shipment.id,
			isReturn: shipment.is_return,
			estimated: rate.delivery_date,
		},
		"pre_transit",
		true,
	);
	const bought: Shipment = {
		...shipment,
		tracking_code: code,
		updated_at: at,
		insurance: insurance === null ? null : insurance.toFixed(2),
		postage_label: label(shipment, at),
		selected_rate: { ...rate, updated_at: at },
		tracker,
		fees: [fee("PostageFee", Number(rate.rate)), ...(insurance === null ? [] : [insuranceFee(insurance)])],
	};
	store.shipments.put(bought.id, bought);
	return bought;
}

/** Insures a bought shipment for `amount` dollars. */
export function insure(store: Store, shipment: Shipment, amount: number): Shipment {
	if (!shipment.postage_label) {
		throw new Refusal(422, "SHIPMENT.INSURANCE.FAILURE", "Postage has to be bought before it is insured.");
	}
	if (shipment.insurance !== null) {
		throw new Refusal(422, "SHIPMENT.INSURANCE.EXISTS", "The shipment is insured already.");
	}
	const fees = [...shipment.fees, insuranceFee(amount)];
	const insured: Shipment = { ...shipment, insurance: amount.toFixed(2), fees, updated_at: now() };
	store.shipments.put(insured.id, insured);
	return insured;
}

/** Asks for the postage back; the carrier agrees later (`settleRefund`). Only before the parcel moves. */
export function refund(store: Store, emit: Emit, shipment: Shipment): Shipment {
	const tracker = shipment.tracker?.id;
	if (!tracker) throw new Refusal(422, "SHIPMENT.REFUND.UNAVAILABLE", "Postage has not been bought for this shipment.");
	if (shipment.refund_status) {
		throw new Refusal(422, "SHIPMENT.REFUND.EXISTS", "A refund has already been requested for this shipment.");
	}
	const { status } = findTracker(store, tracker).tracker;
	if (status !== "pre_transit" && status !== "unknown") {
		throw new Refusal(422, "SHIPMENT.REFUND.UNAVAILABLE", `The parcel is ${status}; its postage cannot be refunded.`);
	}
	return store.state.transaction(() => {
		const asked: Shipment = { ...shipment, refund_status: "submitted", updated_at: now() };
		store.shipments.put(asked.id, asked);
		advance(store, emit, tracker, "cancelled");
		return asked;
	});
}

/** The carrier's answer to a refund that was asked for. */
export function settleRefund(store: Store, emit: Emit, shipment: Shipment, status: unknown): Shipment {
	if (status !== "refunded" && status !== "rejected") throw invalid("status", "must be refunded or rejected");
	if (shipment.refund_status !== "submitted")
		throw invalid("refund_status", `is ${shipment.refund_status}, not submitted`);
	return store.state.transaction(() => {
		const settled: Shipment = {
			...shipment,
			refund_status: status,
			updated_at: now(),
			fees: shipment.fees.map((item) => ({ ...item, refunded: status === "refunded" })),
		};
		store.shipments.put(settled.id, settled);
		if (status === "refunded") {
			emit("refund.successful", {
				id: newId("rfnd"),
				object: "Refund",
				created_at: now(),
				updated_at: now(),
				tracking_code: shipment.tracking_code,
				confirmation_number: null,
				status,
				carrier: shipment.selected_rate?.carrier,
				shipment_id: shipment.id,
			});
		}
		return settled;
	});
}
