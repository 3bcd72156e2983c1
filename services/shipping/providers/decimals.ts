import type { Money } from "../../../schemas/common.ts";

const places = new Map<string, number>();

/** How many decimals a currency has. */
function placesOf(currency: string): number {
	let known = places.get(currency);
	if (known === undefined) {
		const format = new Intl.NumberFormat("en", { style: "currency", currency });
		known = format.resolvedOptions().maximumFractionDigits ?? 2;
		places.set(currency, known);
	}
	return known;
}

/** `"8.20"` as minor units. */
export const minorUnits = (decimal: string, currency: string): number =>
	Math.round(Number(decimal) * 10 ** placesOf(currency));

/** Minor units as `8.2`. */
export const decimalOf = ({ amount, currency }: Money): number => amount / 10 ** placesOf(currency);
