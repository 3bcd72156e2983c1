import type { Account } from "../account.ts";
import { allowsMulticapture } from "../charges.ts";
import { openDispute } from "../disputes.ts";
import type { Charge, PaymentIntent } from "../documents.ts";
import { endpoint } from "../endpoint.ts";
import { badParam, refused } from "../errors.ts";
import { chargeOf, intentOf } from "../find.ts";
import { unixTime } from "../ids.ts";
import { flag, integer, mergeMetadata, metadata, text } from "../params.ts";

export const captureIntent = endpoint(
	"POST",
	"/v1/payment_intents/:id/capture",
	{ amount_to_capture: integer(0), final_capture: flag, metadata, statement_descriptor_suffix: text },
	(account, input, id) => {
		const intent = intentOf(account, id);
		if (intent.status !== "requires_capture")
			throw refused(
				`This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
				"payment_intent_unexpected_state",
				{ payment_intent: intent },
			);
		const charge = chargeOf(account, intent.latest_charge!);
		const { amount_to_capture: amount = intent.amount_capturable, final_capture = true } = input;
		checkCapture(intent, charge, amount, final_capture);
		if (input.metadata !== undefined) intent.metadata = mergeMetadata(intent.metadata, input.metadata);
		if (input.statement_descriptor_suffix) charge.statement_descriptor_suffix = input.statement_descriptor_suffix;
		capture(account, intent, charge, amount, final_capture);
		return intent;
	},
	"amount_details application_fee_amount hooks payment_details statement_descriptor transfer_data",
);

function checkCapture(intent: PaymentIntent, charge: Charge, amount: number, final: boolean): void {
	if (amount > intent.amount_capturable)
		throw badParam(
			"The requested capture amount is greater than the authorized amount.",
			"amount_to_capture",
			"amount_too_large",
		);
	// With multicapture, a final capture of nothing releases what is left.
	if (amount === 0 && !(final && intent.amount_received > 0))
		throw badParam("This value must be greater than or equal to 1.", "amount_to_capture", "parameter_invalid_integer");
	if (!final && !allowsMulticapture(intent))
		throw badParam(
			"`final_capture` can only be false when multicapture is available: set `payment_method_options[card][request_multicapture]` to `if_available`.",
			"final_capture",
		);
	if ((charge.payment_method_details.card.capture_before as number) < unixTime())
		throw refused("The charge cannot be captured as the authorization has expired.", "charge_expired_for_capture", {
			charge: charge.id,
		});
}

function capture(account: Account, intent: PaymentIntent, charge: Charge, amount: number, final: boolean): void {
	intent.amount_received += amount;
	intent.amount_capturable -= amount;
	charge.captured = true;
	charge.amount_captured += amount;
	const done = final || intent.amount_capturable === 0;
	if (done) {
		// Stripe counts what is released as refunded, without a Refund of its own.
		charge.amount_refunded += intent.amount_capturable;
		intent.amount_capturable = 0;
		intent.status = "succeeded";
	}
	const json = account.charges.put(charge.id, charge);
	const stored = account.paymentIntents.put(intent.id, intent);
	account.emit("charge.captured", json);
	account.emit(done ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated", stored);
	if (done) openDispute(account, charge);
}
