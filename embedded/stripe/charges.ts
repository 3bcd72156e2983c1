import type { Account } from "./account.ts";
import { type CardDecline, cardOf } from "./cards.ts";
import type { Charge, PaymentIntent, PaymentMethod } from "./documents.ts";
import { endpoint } from "./endpoint.ts";
import { chargeOf, customerOf, intentOf } from "./find.ts";
import { letters, newId, unixTime } from "./ids.ts";
import { LIST, listOf } from "./lists.ts";
import { mergeMetadata, metadata, shipping, text } from "./params.ts";

const AUTHORIZED_FOR = 7 * 24 * 3600;

/** The attempt to charge the card of an intent: failed, authorized (`captured: false`) or captured. Not stored yet. */
export function newCharge(intent: PaymentIntent, method: PaymentMethod, decline: CardDecline | undefined): Charge {
	const created = unixTime();
	const automatic = intent.capture_method !== "manual";
	const captured = automatic && !decline;
	const { card } = method;
	return {
		id: newId("ch"),
		object: "charge",
		amount: intent.amount,
		amount_captured: captured ? intent.amount : 0,
		amount_refunded: 0,
		application: null,
		application_fee: null,
		application_fee_amount: null,
		balance_transaction: null,
		billing_details: method.billing_details,
		calculated_statement_descriptor: "STRIPE TEST",
		captured,
		created,
		currency: intent.currency,
		customer: intent.customer,
		description: intent.description,
		disputed: false,
		failure_balance_transaction: null,
		failure_code: decline?.code ?? null,
		failure_message: decline?.message ?? null,
		fraud_details: {},
		livemode: false,
		metadata: intent.metadata,
		on_behalf_of: null,
		outcome: outcomeOf(cardOf(card.fingerprint).risk, decline),
		paid: !decline,
		payment_intent: intent.id,
		payment_method: method.id,
		payment_method_details: {
			type: "card",
			card: {
				amount_authorized: decline ? null : intent.amount,
				authorization_code: decline ? null : created.toString().slice(-6),
				brand: card.brand,
				...(automatic || decline ? {} : { capture_before: created + AUTHORIZED_FOR }),
				checks: card.checks,
				country: card.country,
				exp_month: card.exp_month,
				exp_year: card.exp_year,
				extended_authorization: { status: "disabled" },
				fingerprint: card.fingerprint,
				funding: card.funding,
				incremental_authorization: { status: "unavailable" },
				installments: null,
				last4: card.last4,
				mandate: null,
				multicapture: { status: allowsMulticapture(intent) ? "available" : "unavailable" },
				network: card.brand,
				network_token: { used: false },
				network_transaction_id: decline ? null : letters(15),
				overcapture: { maximum_amount_capturable: intent.amount, status: "unavailable" },
				regulated_status: "unregulated",
				three_d_secure: null,
				wallet: null,
			},
		},
		radar_options: {},
		receipt_email: intent.receipt_email,
		receipt_number: null,
		receipt_url: null,
		refunded: false,
		review: null,
		shipping: intent.shipping,
		source_transfer: null,
		statement_descriptor: intent.statement_descriptor,
		statement_descriptor_suffix: intent.statement_descriptor_suffix,
		status: decline ? "failed" : "succeeded",
		transfer_data: null,
		transfer_group: intent.transfer_group,
	};
}

export function allowsMulticapture({ payment_method_options: { card }, capture_method }: PaymentIntent): boolean {
	return capture_method === "manual" && card.request_multicapture === "if_available";
}

function outcomeOf(risk: "elevated" | "highest" | undefined, decline: CardDecline | undefined): object {
	const blocked = risk === "highest" && decline !== undefined;
	return {
		advice_code: decline ? "try_again_later" : null,
		network_advice_code: null,
		network_decline_code: null,
		network_status: blocked ? "not_sent_to_network" : decline ? "declined_by_network" : "approved_by_network",
		reason: decline ? (blocked ? "highest_risk_level" : (decline.decline_code ?? decline.code)) : null,
		risk_level: risk ?? "normal",
		risk_score: risk === "highest" ? 80 : risk === "elevated" ? 65 : 20,
		seller_message: decline
			? blocked
				? "Stripe blocked this payment as too risky."
				: "The bank did not return any further details with this decline."
			: "Payment complete.",
		type: blocked ? "blocked" : decline ? "issuer_declined" : "authorized",
	};
}

export const chargeEndpoints = [
	endpoint(
		"GET",
		"/v1/charges",
		{ ...LIST, payment_intent: text, customer: text },
		(account, { payment_intent, customer, ...page }) => {
			if (payment_intent) intentOf(account, payment_intent, "payment_intent");
			else if (customer) customerOf(account, customer);
			return listOf(account.charges, "/v1/charges", page, {
				term: payment_intent ? `payment_intent:${payment_intent}` : customer ? `customer:${customer}` : undefined,
				matches: (charge) => !customer || charge.customer === customer,
			});
		},
		"transfer_group",
	),
	endpoint("GET", "/v1/charges/:id", {}, (account: Account, _input, id) => chargeOf(account, id)),
	endpoint(
		"POST",
		"/v1/charges/:id",
		{ metadata, description: text, receipt_email: text, shipping },
		(account, { metadata: entries, ...input }, id) => {
			const before = chargeOf(account, id);
			const charge = { ...before, ...input, metadata: mergeMetadata(before.metadata, entries) };
			account.emit("charge.updated", account.charges.put(id, charge));
			return charge;
		},
		"customer fraud_details transfer_group",
	),
];
