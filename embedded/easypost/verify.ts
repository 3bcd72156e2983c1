import { served, stateOf, zipFits } from "./zones.ts";

/** EasyPost's Address object (https://docs.easypost.com/docs/addresses). */
export interface Address {
	id: string;
	object: "Address";
	created_at: string;
	updated_at: string;
	name: string | null;
	company: string | null;
	street1: string | null;
	street2: string | null;
	city: string | null;
	state: string | null;
	zip: string | null;
	country: string | null;
	phone: string | null;
	email: string | null;
	mode: "test";
	carrier_facility: string | null;
	residential: boolean | null;
	federal_tax_id: string | null;
	state_tax_id: string | null;
	verifications: Record<string, Verification>;
}

export interface FieldProblem {
	code: string;
	field: string;
	message: string;
	suggestion: string | null;
}

export interface Verification {
	success: boolean;
	errors: FieldProblem[];
	details: object | null;
}

const problem = (code: string, field: string, message: string): FieldProblem => ({
	code: `E.${code}`,
	field,
	message,
	suggestion: null,
});

/**
 * What makes an address implausible; empty when nothing does. In the United States the ZIP has to belong to the state and the
 * street needs a house number; elsewhere street, city and a country that the carriers serve are asked for.
 */
export function problemsOf(address: Address): FieldProblem[] {
	const country = address.country ?? "US";
	if (!served(country)) return [problem("COUNTRY.UNSUPPORTED", "country", "Country not supported")];
	const problems: FieldProblem[] = [];
	if (country === "US") {
		const state = stateOf(address.state);
		if (!state || !address.city || !address.street1 || !zipFits(address.zip, state)) {
			problems.push(problem("ADDRESS.NOT_FOUND", "address", "Address not found"));
		}
		if (address.street1 && !/\d/.test(address.street1)) {
			problems.push(problem("HOUSE_NUMBER.MISSING", "street1", "House number is missing"));
		}
	} else {
		if (!address.street1) problems.push(problem("STREET.MISSING", "street1", "Street is missing"));
		if (!address.city) problems.push(problem("CITY_STATE.INVALID", "city", "Unverifiable city/state"));
	}
	return problems;
}

/** Verifies the address in place as EasyPost does: what succeeds is written in capitals. Answers with what it found. */
export function verify(address: Address): FieldProblem[] {
	const errors = problemsOf(address);
	const success = errors.length === 0;
	const state = address.country === "US" ? stateOf(address.state) : undefined;
	const place = state ? { latitude: state.lat, longitude: state.lon, time_zone: state.timeZone } : {};
	address.verifications = { delivery: { success, errors, details: success ? place : {} } };
	if (address.country !== "US") return errors;
	address.verifications = { zip4: { success, errors, details: null }, ...address.verifications };
	if (success) {
		for (const field of ["name", "company", "street1", "street2", "city", "state", "email"] as const) {
			address[field] = address[field]?.toUpperCase() ?? address[field];
		}
		address.residential = address.company === null;
	}
	return errors;
}
