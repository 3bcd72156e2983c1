import type { Data } from "./content.ts";

/** The carrier, and the number where there is one. */
export function parcelOf(data: Data): [string, string][] {
	const number = data.optional("trackingNumber");
	return [["Carrier", data.text("carrier")], ...(number ? ([["Tracking number", number]] as [string, string][]) : [])];
}
