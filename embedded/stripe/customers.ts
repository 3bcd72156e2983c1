import type { Customer } from "./documents.ts";
import { endpoint } from "./endpoint.ts";
import { missing } from "./errors.ts";
import { customerOf } from "./find.ts";
import { newId, unixTime } from "./ids.ts";
import { LIST, listOf } from "./lists.ts";
import { address, clearable, mergeMetadata, metadata, shipping, text } from "./params.ts";
import { attach } from "./payment-methods.ts";

const FIELDS = {
	address: clearable(address),
	description: clearable(text),
	email: clearable(text),
	name: clearable(text),
	phone: clearable(text),
	shipping: clearable(shipping),
	metadata,
};
const BEYOND =
	"balance business_name cash_balance individual_name invoice_prefix invoice_settings next_invoice_sequence preferred_locales source tax tax_exempt tax_id_data test_clock default_source bank_account card";

export const customerEndpoints = [
	endpoint(
		"POST",
		"/v1/customers",
		{ ...FIELDS, payment_method: text },
		(account, { payment_method, metadata: entries, ...input }) => {
			const id = newId("cus", 14);
			const customer: Customer = {
				id,
				object: "customer",
				address: null,
				balance: 0,
				created: unixTime(),
				currency: null,
				default_source: null,
				delinquent: false,
				description: null,
				discount: null,
				email: null,
				invoice_prefix: id.slice(-8).toUpperCase(),
				invoice_settings: {
					custom_fields: null,
					default_payment_method: null,
					footer: null,
					rendering_options: null,
				},
				livemode: false,
				name: null,
				next_invoice_sequence: 1,
				phone: null,
				preferred_locales: [],
				shipping: null,
				tax_exempt: "none",
				test_clock: null,
				...input,
				metadata: mergeMetadata({}, entries),
			};
			const json = account.customers.put(id, customer);
			account.emit("customer.created", json);
			if (payment_method) attach(account, payment_method, id);
			return customer;
		},
		BEYOND,
	),
	endpoint("GET", "/v1/customers", { ...LIST, email: text }, (account, { email, ...page }) =>
		listOf(account.customers, "/v1/customers", page, { term: email ? `email:${email}` : "live" }),
	),
	endpoint("GET", "/v1/customers/:id", {}, (account, _input, id) => {
		const customer = account.customers.get(id);
		if (!customer) throw missing("customer", id);
		return customer;
	}),
	endpoint(
		"POST",
		"/v1/customers/:id",
		FIELDS,
		(account, { metadata: entries, ...input }, id) => {
			const before = customerOf(account, id, "id");
			const customer: Customer = { ...before, ...input, metadata: mergeMetadata(before.metadata, entries) };
			const json = account.customers.put(id, customer);
			const changed = Object.keys(input).filter((key) => before[key] !== customer[key]);
			account.emit("customer.updated", json, Object.fromEntries(changed.map((key) => [key, before[key]])));
			return customer;
		},
		BEYOND,
	),
	endpoint("DELETE", "/v1/customers/:id", {}, (account, _input, id) => {
		const customer = customerOf(account, id, "id");
		for (const method of account.paymentMethods.list({ term: `customer:${id}` }))
			account.paymentMethods.put(method.id, { ...method, customer: null });
		const deleted = { id, object: "customer", deleted: true } as Customer;
		account.customers.put(id, deleted);
		account.emit("customer.deleted", JSON.stringify(customer));
		return deleted;
	}),
	endpoint(
		"GET",
		"/v1/customers/:id/payment_methods",
		{ ...LIST, type: text },
		(account, { type: _card, ...page }, id) =>
			listOf(account.paymentMethods, `/v1/customers/${customerOf(account, id).id}/payment_methods`, page, {
				term: `customer:${id}`,
			}),
	),
];
