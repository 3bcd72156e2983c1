import type { Account } from "./account.ts";
import { cardOf, fingerprintOf, type TestCard, testCard } from "./cards.ts";
import type { BillingDetails, Metadata, PaymentMethod } from "./documents.ts";
import { endpoint } from "./endpoint.ts";
import { badParam, missing, Refusal, refused } from "./errors.ts";
import { customerOf } from "./find.ts";
import { newId, unixTime } from "./ids.ts";
import { LIST, listOf } from "./lists.ts";
import { address, clearable, type Input, mergeMetadata, metadata, object, oneOf, required, text } from "./params.ts";

const BILLING_FIELDS = {
	address: clearable(address),
	email: clearable(text),
	name: clearable(text),
	phone: clearable(text),
};
const BILLING = object(BILLING_FIELDS);
const RAW_NUMBER =
	"Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://stripe.com/docs/testing. To enable testing raw card data APIs, see https://support.stripe.com/questions/enabling-access-to-raw-card-data-apis.";
// Numbers are refused before anything else is read of them, and never echoed.
const CARD = (value: unknown, name: string) => {
	if (typeof value === "object" && value !== null && "number" in value)
		throw new Refusal(402, { type: "invalid_request_error", message: RAW_NUMBER, param: "" }, false);
	return object({ token: required(text) })(value, name);
};

/** What describes a card that is not stored yet: `payment_method_data`, and the parameters of `POST /v1/payment_methods`. */
export const METHOD_DATA = { type: required(oneOf("card")), card: required(CARD), billing_details: BILLING, metadata };

export function methodFromData(account: Account, data: Input<typeof METHOD_DATA>): PaymentMethod {
	const found = data.card.token.startsWith("tok_") ? testCard(data.card.token) : undefined;
	if (!found) throw missing("token", data.card.token, "card[token]");
	return store(account, found.name, found.card, data.billing_details, mergeMetadata({}, data.metadata));
}

/** The stored payment method; `pm_card_visa` and its like make a fresh one each time, as Stripe does. */
export function methodOf(account: Account, id: string, param = "payment_method"): PaymentMethod {
	const stored = account.paymentMethods.get(id);
	if (stored) return stored;
	const found = id.startsWith("pm_card_") ? testCard(id) : undefined;
	if (!found) throw missing("PaymentMethod", id, param);
	return store(account, found.name, found.card);
}

function store(
	account: Account,
	name: string,
	card: TestCard,
	billing: Input<typeof BILLING_FIELDS> = {},
	entries: Metadata = {},
): PaymentMethod {
	const id = newId("pm");
	const blank = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
	const billing_details: BillingDetails = {
		email: null,
		name: null,
		phone: null,
		tax_id: null,
		...billing,
		address: billing.address ?? blank,
	};
	const method: PaymentMethod = {
		id,
		object: "payment_method",
		allow_redisplay: "unspecified",
		billing_details,
		card: {
			brand: card.brand,
			checks: {
				address_line1_check: billing_details.address.line1 ? "pass" : null,
				address_postal_code_check: billing_details.address.postal_code ? (card.postalCodeCheck ?? "pass") : null,
				cvc_check: card.cvcCheck ?? "pass",
			},
			country: card.country,
			display_brand: card.brand,
			exp_month: 12,
			exp_year: new Date().getUTCFullYear() + 3,
			fingerprint: fingerprintOf(name),
			funding: card.funding,
			generated_from: null,
			last4: card.last4,
			networks: { available: [card.brand], preferred: null },
			regulated_status: "unregulated",
			three_d_secure_usage: { supported: true },
			wallet: null,
		},
		created: unixTime(),
		customer: null,
		livemode: false,
		metadata: entries,
		type: "card",
	};
	account.paymentMethods.put(id, method);
	return method;
}

/** Attaches a payment method to a customer; the cards that are declined are so here already. */
export function attach(account: Account, id: string, customer: string): PaymentMethod {
	customerOf(account, customer);
	const method = methodOf(account, id, "id");
	if (method.customer && method.customer !== customer)
		throw refused("The payment method you provided has already been attached to a customer.");
	const { decline, attaches } = cardOf(method.card.fingerprint);
	if (decline && !attaches) throw new Refusal(402, decline);
	const attached = { ...method, customer };
	account.emit("payment_method.attached", account.paymentMethods.put(method.id, attached));
	return attached;
}

export const paymentMethodEndpoints = [
	endpoint(
		"POST",
		"/v1/payment_methods",
		METHOD_DATA,
		methodFromData,
		"allow_redisplay customer payment_method radar_options",
	),
	endpoint(
		"GET",
		"/v1/payment_methods",
		{ ...LIST, customer: required(text), type: oneOf("card") },
		(account, { customer, type: _card, ...page }) =>
			listOf(account.paymentMethods, "/v1/payment_methods", page, {
				term: `customer:${customerOf(account, customer).id}`,
			}),
	),
	endpoint("GET", "/v1/payment_methods/:id", {}, (account, _input, id) => methodOf(account, id, "id")),
	endpoint(
		"POST",
		"/v1/payment_methods/:id",
		{ billing_details: BILLING, metadata },
		(account, input, id) => {
			const method = methodOf(account, id, "id");
			if (!method.customer)
				throw badParam("You must save this PaymentMethod to a customer before you can update it.", "id");
			const billing_details = { ...method.billing_details, ...input.billing_details } as BillingDetails;
			const updated = { ...method, billing_details, metadata: mergeMetadata(method.metadata, input.metadata) };
			account.emit("payment_method.updated", account.paymentMethods.put(method.id, updated));
			return updated;
		},
		"allow_redisplay card",
	),
	endpoint("POST", "/v1/payment_methods/:id/attach", { customer: required(text) }, (account, { customer }, id) =>
		attach(account, id, customer),
	),
	endpoint("POST", "/v1/payment_methods/:id/detach", {}, (account, _input, id) => {
		const method = methodOf(account, id, "id");
		if (!method.customer)
			throw refused("The payment method you provided is not attached to a customer so detachment is impossible.");
		const detached = { ...method, customer: null };
		const json = account.paymentMethods.put(method.id, detached);
		account.emit("payment_method.detached", json, { customer: method.customer });
		return detached;
	}),
];
