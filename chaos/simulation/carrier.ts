import { type Carriers, Refused } from "../../services/shipping/providers/carriers.ts";
import type { Faults } from "./faults.ts";

/** Postage as the carriers' agency keeps it. */
export interface Postage {
	id: string;
	reference: string;
	state: "unbought" | "bought" | "refunded";
	purchases: number;
}

const broken = () => new Error("socket hang up");
/** What every parcel costs. */
export const RATE = {
	id: "rate_1",
	carrier: "UPS",
	service: "Ground",
	price: { amount: 700, currency: "USD" },
	minDeliveryDate: null,
	maxDeliveryDate: null,
};

/** Sells postage for parcels, one label each, sometimes without saying so. */
export function simulatedCarriers(faults: Faults): Carriers & { postage: Map<string, Postage> } {
	const postage = new Map<string, Postage>();
	const ask = <R>(what: string, apply: () => R) =>
		faults.effect("provider", what, faults.strikes("provider") ? [2_000, 9_000] : [10, 80], broken, apply);
	return {
		postage,
		rates: () => ask("rates", () => [RATE]),
		problems: () => ask("problems", () => []),
		prepare: ({ reference }) =>
			ask("prepare postage", () => {
				const id = `shp_${postage.size + 1}`;
				postage.set(id, { id, reference, state: "unbought", purchases: 0 });
				return { id, offers: [RATE], reasons: [] };
			}),
		buy: (id) =>
			ask("buy postage", () => {
				const found = postage.get(id) as Postage;
				if (found.state === "refunded") throw new Refused("REFUNDED", "its postage was given back");
				if (found.state === "unbought") {
					found.state = "bought";
					found.purchases++;
				}
				return { carrier: "UPS", service: "Ground", trackingNumber: `1Z${id}`, labelUrl: `https://labels.test/${id}` };
			}),
		refund: (id) =>
			ask("refund postage", () => {
				const found = postage.get(id) as Postage;
				if (found.state === "unbought") return "unbought" as const;
				found.state = "refunded";
				return "refunded" as const;
			}),
	};
}
