import { ConfigurationError } from "../../runtime/config.ts";
import type { Address } from "../../schemas/common.ts";
import { portion } from "./shares.ts";

/** Millionths by country (`DE`) or country and state (`US-CA`). */
export type TaxRates = ReadonlyMap<string, number>;

const ENTRY = /^([A-Z]{2}(?:-[A-Z0-9]{1,3})?)=(\d{1,3}(?:\.\d{1,4})?)$/;

let last: { text: string; rates: TaxRates } | undefined;

/**
 * Reads `DE=19,US-CA=7.25`.
 * @throws ConfigurationError that names the entry
 */
export function taxRates(text: string): TaxRates {
	if (last?.text === text) return last.rates;
	const rates = new Map<string, number>();
	for (const entry of text.split(",").map((part) => part.trim())) {
		if (entry === "") continue;
		const [, place, percentage] = ENTRY.exec(entry) ?? [];
		if (!place || Number(percentage) > 100)
			throw new ConfigurationError(
				`TAX_RATES has ${JSON.stringify(entry)}, but its entries look like DE=19 or US-CA=7.25`,
			);
		rates.set(place, Math.round(Number(percentage) * 10_000));
	}
	last = { text, rates };
	return rates;
}

/** The rate for an address in millionths: its state's where there is one, else its country's, else none. */
export function rateFor(rates: TaxRates, address: Address | null): number {
	if (!address || rates.size === 0) return 0;
	const { country, state } = address;
	return rates.get(`${country}-${state?.trim().toUpperCase()}`) ?? rates.get(country) ?? 0;
}

/** The tax on an amount, half up. */
export const taxOn = (amount: number, rate: number): number => (rate === 0 ? 0 : portion(amount, rate, 1_000_000));
