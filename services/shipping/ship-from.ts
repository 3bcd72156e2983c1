import { ConfigurationError } from "../../runtime/config.ts";
import type { Address } from "../../schemas/common.ts";

/**
 * Reads where parcels start: `name, street, city, state, postal code, country`; the state may be empty.
 * @throws ConfigurationError
 */
export function shipFrom(text: string): Address {
	const [name, line1, city, state, postalCode, country, ...more] = text.split(",").map((part) => part.trim());
	if (!name || !line1 || !city || !postalCode || !/^[A-Z]{2}$/.test(country ?? "") || more.length > 0)
		throw new ConfigurationError(
			`SHIP_FROM is ${JSON.stringify(text)} but must be: name, street, city, state, postal code, country (two letters)`,
		);
	return { name, line1, city, ...(state ? { state } : {}), postalCode, country: country! };
}
