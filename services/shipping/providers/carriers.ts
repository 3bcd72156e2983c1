import type { Address } from "../../../schemas/common.ts";
import type { Rate } from "../../../schemas/shipping.ts";
import type { Content } from "../domain.ts";

/** A rate as a carrier offers it; `id` is the provider's. */
export type Offer = Rate;

/** What may be sent and from where to where; `ounces` is the parcel's weight. */
export interface Parcel {
	reference: string;
	from: Address;
	to: Address;
	email: string;
	ounces: number;
	contents: readonly Content[];
}

export interface Label {
	carrier: string;
	service: string;
	trackingNumber: string;
	labelUrl: string;
}

/** Whoever hands parcels to carriers. What is thrown besides `Refused` may go well another time. */
export interface Carriers {
	/** What is offered between two places, cheapest first; none when no carrier goes there. */
	rates(from: Address, to: Address, ounces: number): Promise<Offer[]>;
	/** Why nothing can be delivered to an address; empty when it can. */
	problems(address: Address): Promise<string[]>;
	/** Opens a shipment whose postage is not bought yet, and what it may cost; `reasons` when there is no offer. */
	prepare(parcel: Parcel): Promise<{ id: string; offers: Offer[]; reasons: string[] }>;
	/** Buys the postage, or answers with the label that was bought before. @throws Refused */
	buy(shipmentId: string, offerId: string): Promise<Label>;
	/** Asks for the postage back. `moving`: too late; `unbought`: there was none. */
	refund(shipmentId: string): Promise<"refunded" | "moving" | "unbought">;
}

/** The provider will not do it, however often it is asked. */
export class Refused extends Error {
	override name = "Refused";
	readonly code: string;
	constructor(code: string, message: string) {
		super(message);
		this.code = code;
	}
}
