import type { Params } from "../../form.ts";
import type { Order } from "../documents.ts";
import type { Endpoint } from "../endpoint.ts";
import { malformed, Refusal, refused, unsupported } from "../errors.ts";
import { newId, timestamp } from "../ids.ts";
import { readUnit } from "./read-unit.ts";

export const createOrder: Endpoint = {
	method: "POST",
	path: "/v2/checkout/orders",
	always: ["payment_source"],
	run(account, { body, hasRequestId }) {
		const { intent, purchase_units: units, payment_source: source, processing_instruction } = body;
		if (intent === undefined) throw malformed("MISSING_REQUIRED_PARAMETER", "/intent");
		if (intent !== "AUTHORIZE" && intent !== "CAPTURE") throw malformed("INVALID_PARAMETER_VALUE", "/intent");
		if (!Array.isArray(units) || units.length === 0) throw malformed("MISSING_REQUIRED_PARAMETER", "/purchase_units");
		if (units.length > 10) throw malformed("INVALID_ARRAY_MAX_ITEMS", "/purchase_units");
		if (units.length > 1 && intent === "AUTHORIZE") throw refused("UNSUPPORTED_INTENT", "/intent");
		if (processing_instruction && processing_instruction !== "NO_INSTRUCTION")
			throw unsupported("/processing_instruction");
		const purchase_units = units.map((unit, i) => readUnit(unit, `/purchase_units/${i}`));
		const references = new Set(purchase_units.map(({ reference_id }) => reference_id));
		if (references.size < units.length) throw refused("DUPLICATE_REFERENCE_ID", "/purchase_units");
		if (new Set(purchase_units.map(({ amount }) => amount.currency_code)).size > 1)
			throw refused("MULTI_CURRENCY_ORDER", "/purchase_units");
		if (source !== undefined) checkSource(source, hasRequestId);
		const context = contextOf(body);
		const order: Order = {
			id: newId(),
			intent,
			status: source === undefined ? "CREATED" : "PAYER_ACTION_REQUIRED",
			purchase_units,
			return_url: url(context.return_url, "return_url"),
			cancel_url: url(context.cancel_url, "cancel_url"),
			sourced: source !== undefined,
			decline: null,
			pending: false,
			create_time: timestamp(),
			update_time: timestamp(),
		};
		account.orders.put(order.id, order);
		return { status: 201, kind: "order", id: order.id };
	},
};

function checkSource(source: unknown, hasRequestId: boolean): void {
	if (!hasRequestId) throw new Refusal(400, "PAYPAL_REQUEST_ID_REQUIRED");
	const [name, ...more] = Object.keys(Object(source));
	if (name !== "paypal" || more.length > 0) throw unsupported(`/payment_source/${name === "paypal" ? more[0] : name}`);
	const { attributes, vault_id, billing_agreement_id } = (source as { paypal: Params }).paypal ?? {};
	for (const [field, value] of Object.entries({ attributes, vault_id, billing_agreement_id }))
		if (value !== undefined) throw unsupported(`/payment_source/paypal/${field}`);
}

/** Where the payer comes back to: it stands in the payment source or, as of old, in the application context. */
function contextOf({ payment_source, application_context }: Params): Params {
	const source = payment_source as { paypal?: { experience_context?: Params } } | undefined;
	return source?.paypal?.experience_context ?? (application_context as Params | undefined) ?? {};
}

function url(value: unknown, field: string): string | null {
	if (value === undefined) return null;
	if (typeof value !== "string" || !URL.canParse(value)) throw malformed("INVALID_PARAMETER_SYNTAX", `/${field}`);
	return value;
}
