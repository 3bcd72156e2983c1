import type { Account } from "./account.ts";
import { cardOf } from "./cards.ts";
import type { Charge, Dispute } from "./documents.ts";
import { endpoint } from "./endpoint.ts";
import { missing } from "./errors.ts";
import { newId, unixTime } from "./ids.ts";
import { LIST, listOf } from "./lists.ts";
import { text } from "./params.ts";

const ANSWER_WITHIN = 9 * 24 * 3600;

/** Disputes the captured charge when its card is one that does. */
export function openDispute(account: Account, charge: Charge): void {
	const reason = cardOf(charge.payment_method_details.card.fingerprint as string).dispute;
	if (!reason) return;
	const dispute: Dispute = {
		id: newId("du"),
		object: "dispute",
		amount: charge.amount_captured,
		balance_transactions: [],
		charge: charge.id,
		created: unixTime(),
		currency: charge.currency,
		enhanced_eligibility_types: [],
		evidence: { ...NO_EVIDENCE },
		evidence_details: {
			due_by: unixTime() + ANSWER_WITHIN,
			enhanced_eligibility: {},
			has_evidence: false,
			past_due: false,
			submission_count: 0,
		},
		is_charge_refundable: false,
		livemode: false,
		metadata: {},
		payment_intent: charge.payment_intent,
		payment_method_details: {
			card: {
				brand: charge.payment_method_details.card.brand,
				case_type: "chargeback",
				network: charge.payment_method_details.card.network,
				network_reason_code: reason === "fraudulent" ? "10.4" : "13.1",
			},
			type: "card",
		},
		reason,
		status: "needs_response",
	};
	charge.disputed = true;
	account.emit("charge.updated", account.charges.put(charge.id, charge), { disputed: false });
	const json = account.disputes.put(dispute.id, dispute);
	account.emit("charge.dispute.created", json);
	account.emit("charge.dispute.funds_withdrawn", json);
}

const NO_EVIDENCE = {
	...Object.fromEntries(
		"access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal customer_communication customer_email_address customer_name customer_purchase_ip customer_signature duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text"
			.split(" ")
			.map((field) => [field, null]),
	),
	enhanced_evidence: {},
};

export const disputeEndpoints = [
	endpoint(
		"GET",
		"/v1/disputes",
		{ ...LIST, charge: text, payment_intent: text },
		(account, { charge, payment_intent, ...page }) =>
			listOf(account.disputes, "/v1/disputes", page, {
				term: charge ? `charge:${charge}` : payment_intent && `payment_intent:${payment_intent}`,
			}),
	),
	endpoint("GET", "/v1/disputes/:id", {}, (account, _input, id) => {
		const dispute = account.disputes.get(id);
		if (!dispute) throw missing("dispute", id);
		return dispute;
	}),
];
