import type { Account } from "./account.ts";
import { money } from "./amounts.ts";
import { cardOf } from "./cards.ts";
import type { Charge, Refund } from "./documents.ts";
import { endpoint } from "./endpoint.ts";
import { badParam, missing, refused } from "./errors.ts";
import { chargeOf, intentOf } from "./find.ts";
import { newId, unixTime } from "./ids.ts";
import { LIST, listOf } from "./lists.ts";
import { integer, mergeMetadata, metadata, oneOf, text } from "./params.ts";
import { laterOutcome } from "./refund-outcomes.ts";

const createRefund = endpoint(
	"POST",
	"/v1/refunds",
	{
		amount: integer(1),
		charge: text,
		payment_intent: text,
		metadata,
		reason: oneOf("duplicate", "fraudulent", "requested_by_customer"),
	},
	(account, { amount, charge: chargeId, payment_intent, metadata: entries, reason }) => {
		const charge = chargeToRefund(account, chargeId, payment_intent);
		const left = charge.amount - charge.amount_refunded;
		if (charge.disputed)
			throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, "charge_disputed");
		if (left === 0) throw refused(`Charge ${charge.id} has already been refunded.`, "charge_already_refunded");
		if (amount !== undefined && amount > left)
			throw badParam(
				`Refund amount (${money(amount, charge.currency)}) is greater than unrefunded amount on charge (${money(left, charge.currency)})`,
				"amount",
			);
		return refund(account, charge, amount ?? left, reason ?? null, mergeMetadata({}, entries));
	},
	"currency customer instructions_email origin refund_application_fee reverse_transfer",
);

function chargeToRefund(account: Account, chargeId?: string, intentId?: string): Charge {
	if (!chargeId && !intentId)
		throw badParam(
			"One of the following params should be provided for this request: payment_intent or charge.",
			"charge",
		);
	if (chargeId && intentId)
		throw badParam("You may only specify one of these parameters: charge, payment_intent.", "payment_intent");
	const intent = intentId ? intentOf(account, intentId, "payment_intent") : undefined;
	const found = intent ? intent.latest_charge : chargeId;
	const charge = found ? chargeOf(account, found, "charge") : undefined;
	if (charge?.status !== "succeeded")
		throw intent
			? refused(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, undefined, {
					param: "payment_intent",
				})
			: refused(`Charge ${chargeId} did not succeed and cannot be refunded.`, "charge_not_refundable");
	if (!charge.captured)
		throw refused(
			`Charge ${charge.id} has not been captured. Cancel its PaymentIntent to release the authorization.`,
			"charge_not_refundable",
		);
	return charge;
}

function refund(
	account: Account,
	charge: Charge,
	amount: number,
	reason: string | null,
	entries: Record<string, string>,
): Refund {
	const { refund: outcome } = cardOf(charge.payment_method_details.card.fingerprint as string);
	const pending = outcome === "pending";
	const made: Refund = {
		id: newId("re"),
		object: "refund",
		amount,
		balance_transaction: null,
		charge: charge.id,
		created: unixTime(),
		currency: charge.currency,
		destination_details: {
			card: { reference_status: "pending", reference_type: "acquirer_reference_number", type: "refund" },
			type: "card",
		},
		metadata: entries,
		payment_intent: charge.payment_intent,
		...(pending ? { pending_reason: "processing" } : {}),
		reason,
		receipt_number: null,
		source_transfer_reversal: null,
		status: pending ? "pending" : "succeeded",
		transfer_reversal: null,
	};
	const before = { amount_refunded: charge.amount_refunded, refunded: charge.refunded };
	charge.amount_refunded += amount;
	charge.refunded = charge.amount_refunded === charge.amount;
	const json = account.refunds.put(made.id, made);
	account.emit("charge.refunded", account.charges.put(charge.id, charge), before);
	account.emit("refund.created", json);
	if (outcome) laterOutcome(account, made.id, outcome);
	return made;
}

function refundOf(account: Account, id: string): Refund {
	const found = account.refunds.get(id);
	if (!found) throw missing("refund", id);
	return found;
}

export const refundEndpoints = [
	createRefund,
	endpoint(
		"GET",
		"/v1/refunds",
		{ ...LIST, payment_intent: text, charge: text },
		(account, { payment_intent, charge, ...page }) => {
			if (payment_intent) intentOf(account, payment_intent, "payment_intent");
			if (charge) chargeOf(account, charge, "charge");
			return listOf(account.refunds, "/v1/refunds", page, {
				term: payment_intent ? `payment_intent:${payment_intent}` : charge && `charge:${charge}`,
				matches: (made) => !charge || made.charge === charge,
			});
		},
	),
	endpoint("GET", "/v1/refunds/:id", {}, (account, _input, id) => refundOf(account, id)),
	endpoint("POST", "/v1/refunds/:id", { metadata }, (account, { metadata: entries }, id) => {
		const before = refundOf(account, id);
		const updated = { ...before, metadata: mergeMetadata(before.metadata, entries) };
		account.emit("refund.updated", account.refunds.put(id, updated), { metadata: before.metadata });
		return updated;
	}),
];
