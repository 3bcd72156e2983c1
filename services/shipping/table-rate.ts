import type { Offer } from "./providers/carriers.ts";

export const OWN_CARRIER = "Tradewind";

/** Minor units for the first pound and each further one, and the working days that it may take. */
const HOME = { first: 790, pound: 85, fastest: 3, slowest: 8 };
const ABROAD = { first: 2_490, pound: 410, fastest: 7, slowest: 18 };

/** The shop's own flat rate by country and weight, for when carriers cannot be asked: the goods then go with the cheapest of them. */
export function tableRate(from: string, to: string, pounds: number, currency: string, now: Date): Offer {
	const { first, pound, fastest, slowest } = from === to ? HOME : ABROAD;
	return {
		id: "",
		carrier: OWN_CARRIER,
		service: "Standard",
		price: { amount: first + pound * (pounds - 1), currency },
		minDeliveryDate: workingDaysAfter(now, fastest),
		maxDeliveryDate: workingDaysAfter(now, slowest),
	};
}

function workingDaysAfter(from: Date, days: number): string {
	const date = new Date(from);
	for (let left = days; left > 0; ) {
		date.setUTCDate(date.getUTCDate() + 1);
		if (date.getUTCDay() % 6 > 0) left--;
	}
	date.setUTCHours(23, 59, 0, 0);
	return date.toISOString();
}
