import type { Address } from "../../../schemas/common.ts";
import type { Content } from "../domain.ts";
import { decimalOf } from "./decimals.ts";

/** EasyPost's customs declaration of goods that were sold: https://docs.easypost.com/docs/customs-infos */
export const customsOf = (from: Address, contents: readonly Content[]) => ({
	contents_type: "merchandise",
	customs_certify: true,
	customs_signer: from.name,
	// Goods below 2,500 dollars a tariff number need no filing in the United States.
	eel_pfc: "NOEEI 30.37(a)",
	customs_items: contents.map(({ title, quantity, grams, value }) => ({
		description: title.slice(0, 255),
		quantity,
		weight: ouncesOf(grams * quantity),
		value: value ? decimalOf(value) : quantity,
		currency: value?.currency,
		origin_country: from.country,
	})),
});

/** At least a tenth of an ounce, which is the least that EasyPost takes. */
export const ouncesOf = (grams: number): number => Math.max(0.1, Math.ceil((grams / 28.349523125) * 10) / 10);
