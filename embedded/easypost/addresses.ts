import type { Params } from "../form.ts";
import { parseBody } from "../form.ts";
import type { Route } from "../http.ts";
import { Refusal } from "./errors.ts";
import { newId, now } from "./ids.ts";
import { page } from "./pages.ts";
import { text, wrapped } from "./params.ts";
import { found, type Store } from "./store.ts";
import { type Address, type FieldProblem, verify } from "./verify.ts";

const unverifiable = (errors: FieldProblem[]): Refusal =>
	new Refusal(422, "ADDRESS.VERIFY.FAILURE", "Unable to verify address.", errors);

/** Stores an address; `verify` and `verify_strict` stand beside its fields or around them. */
export function createAddress(store: Store, fields: Params, around: Params = fields): Address {
	const at = now().replace("Z", "+00:00");
	const address: Address = {
		id: newId("adr"),
		object: "Address",
		created_at: at,
		updated_at: at,
		name: text(fields, "name"),
		company: text(fields, "company"),
		street1: text(fields, "street1"),
		street2: text(fields, "street2"),
		city: text(fields, "city"),
		state: text(fields, "state"),
		zip: text(fields, "zip"),
		country: text(fields, "country")?.toUpperCase() ?? "US",
		phone: text(fields, "phone"),
		email: text(fields, "email"),
		mode: "test",
		carrier_facility: text(fields, "carrier_facility"),
		residential: typeof fields.residential === "boolean" ? fields.residential : null,
		federal_tax_id: text(fields, "federal_tax_id"),
		state_tax_id: text(fields, "state_tax_id"),
		verifications: {},
	};
	const strict = wanted(around.verify_strict);
	if (strict || wanted(around.verify)) {
		const errors = verify(address);
		if (strict && errors.length > 0) throw unverifiable(errors);
	}
	store.addresses.put(address.id, address);
	return address;
}

// true, "true" or a list of verifications: all of them come to the same here.
const wanted = (value: unknown): boolean =>
	value === true || value === "true" || (Array.isArray(value) && value.length > 0);

export const addressRoutes = (store: Store): Route[] => [
	[
		"POST",
		"/v2/addresses",
		(request) => {
			const body = parseBody(request);
			return { status: 201, body: createAddress(store, wrapped(body, "address"), body) };
		},
	],
	[
		"POST",
		"/v2/addresses/create_and_verify",
		(request) => {
			const fields = wrapped(parseBody(request), "address");
			return { status: 201, body: { address: createAddress(store, fields, { verify_strict: true }) } };
		},
	],
	[
		"GET",
		"/v2/addresses",
		(request) => {
			const { items, more } = page(store.addresses, request.query);
			return { status: 200, body: { addresses: items, has_more: more } };
		},
	],
	["GET", "/v2/addresses/:id", ({ params }) => ({ status: 200, body: found(store.addresses, params.id!) })],
	[
		"GET",
		"/v2/addresses/:id/verify",
		({ params }) => {
			const address = structuredClone(found(store.addresses, params.id!));
			const errors = verify(address);
			if (errors.length > 0) throw unverifiable(errors);
			address.updated_at = now().replace("Z", "+00:00");
			store.addresses.put(address.id, address);
			return { status: 200, body: { address } };
		},
	],
];
