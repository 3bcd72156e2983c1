import type { Account } from "../account.ts";
import { AUTHENTICATION_REQUIRED, type CardDecline, cardOf, type TestCard } from "../cards.ts";
import { newCharge } from "../charges.ts";
import { openDispute } from "../disputes.ts";
import type { NextAction, PaymentIntent, PaymentMethod } from "../documents.ts";
import { badParam, Refusal, refused } from "../errors.ts";
import { type Check, flag, text } from "../params.ts";
import { attach } from "../payment-methods.ts";

const url: Check<string> = (value, name) => {
	if (!URL.canParse(text(value, name))) throw badParam("Not a valid URL", name, "url_invalid");
	return value as string;
};
const offSession: Check<boolean> = (value, name) => value === "one_off" || value === "recurring" || flag(value, name);

/** The parameters that belong to the act of confirming. */
export const CONFIRM = {
	return_url: url,
	off_session: offSession,
	error_on_requires_action: flag,
	use_stripe_sdk: flag,
};
export type Confirmation = { return_url?: string; off_session?: boolean; error_on_requires_action?: boolean };

/** Payment methods that may redirect need a page to come back to. */
export function checkReturnUrl(
	{ automatic_payment_methods: automatic, allowed_payment_method_types: cardOnly }: PaymentIntent,
	{ return_url, off_session }: Confirmation,
): void {
	if (automatic?.allow_redirects !== "always" || cardOnly || return_url || off_session) return;
	throw badParam(
		"This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
		"return_url",
	);
}

/** Charges the card, or asks for authentication; throws 402 with everything stored when it is declined. */
export function confirm(account: Account, intent: PaymentIntent, how: Confirmation): PaymentIntent {
	if (!intent.payment_method)
		throw refused(
			"You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
			"payment_intent_unexpected_state",
			{ payment_intent: intent },
		);
	const method = account.paymentMethods.get(intent.payment_method)!;
	const card = cardOf(method.card.fingerprint);
	if (!needsAuthentication(card, intent, method, how)) return settle(account, intent, method, card.decline);
	if (how.off_session || how.error_on_requires_action) return settle(account, intent, method, AUTHENTICATION_REQUIRED);
	intent.status = "requires_action";
	intent.last_payment_error = null;
	intent.next_action = challenge(account, intent, how.return_url);
	account.emit("payment_intent.requires_action", account.paymentIntents.put(intent.id, intent));
	return intent;
}

/** What the 3-D Secure page decided; returns the intent in either case. */
export function authenticated(account: Account, intent: PaymentIntent, outcome: "complete" | "fail"): PaymentIntent {
	const method = account.paymentMethods.get(intent.payment_method!)!;
	intent.next_action = null;
	if (outcome === "fail") {
		const message =
			"The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.";
		const error = { type: "invalid_request_error", code: "payment_intent_authentication_failure", message } as const;
		failed(account, intent, method, error);
		return intent;
	}
	try {
		return settle(account, intent, method, cardOf(method.card.fingerprint).decline, true);
	} catch (error) {
		if (error instanceof Refusal) return intent;
		throw error;
	}
}

function needsAuthentication(card: TestCard, intent: PaymentIntent, method: PaymentMethod, how: Confirmation): boolean {
	const requested = intent.payment_method_options.card.request_three_d_secure !== "automatic";
	if (card.authentication === undefined) return false;
	if (card.authentication === "optional") return requested && !how.off_session;
	if (card.authentication === "always") return true;
	if (card.authentication === "on_session") return !how.off_session;
	// A card that a customer keeps has been set up.
	return !(how.off_session && method.customer);
}

function challenge(account: Account, intent: PaymentIntent, return_url?: string): NextAction {
	const page = `${account.origin}/_sandbox/3ds/${intent.id}`;
	if (return_url) return { type: "redirect_to_url", redirect_to_url: { return_url, url: page } };
	return { type: "use_stripe_sdk", use_stripe_sdk: { type: "three_d_secure_redirect", stripe_js: page } };
}

function settle(
	account: Account,
	intent: PaymentIntent,
	method: PaymentMethod,
	decline: CardDecline | undefined,
	challenged = false,
): PaymentIntent {
	const charge = newCharge(intent, method, decline);
	if (challenged) charge.payment_method_details.card.three_d_secure = AUTHENTICATED;
	intent.latest_charge = charge.id;
	intent.next_action = null;
	const json = account.charges.put(charge.id, charge);
	if (decline) {
		account.emit("charge.failed", json);
		const error = { ...decline, charge: charge.id };
		failed(account, intent, method, error);
		throw new Refusal(402, { ...error, payment_intent: intent, payment_method: method });
	}
	intent.last_payment_error = null;
	intent.status = charge.captured ? "succeeded" : "requires_capture";
	if (charge.captured) intent.amount_received = intent.amount;
	else intent.amount_capturable = intent.amount;
	if (intent.setup_future_usage && intent.customer && !method.customer) attach(account, method.id, intent.customer);
	const stored = account.paymentIntents.put(intent.id, intent);
	account.emit("charge.succeeded", json);
	account.emit(charge.captured ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated", stored);
	if (charge.captured) openDispute(account, charge);
	return intent;
}

const AUTHENTICATED = {
	authentication_flow: "challenge",
	electronic_commerce_indicator: "05",
	exemption_indicator: null,
	result: "authenticated",
	result_reason: null,
	transaction_id: null,
	version: "2.2.0",
};

function failed(
	account: Account,
	intent: PaymentIntent,
	method: PaymentMethod,
	error: { type: string; code: string; message: string },
): void {
	intent.status = "requires_payment_method";
	intent.payment_method = null;
	intent.last_payment_error = { ...error, payment_method: method } as PaymentIntent["last_payment_error"];
	account.emit("payment_intent.payment_failed", account.paymentIntents.put(intent.id, intent));
}
