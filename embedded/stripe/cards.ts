/** Why an issuer says no: https://docs.stripe.com/declines/codes */
export type CardDecline = { type: "card_error"; code: string; decline_code?: string; message: string };
/**
 * When a card asks for 3-D Secure: `always`; `unless_set_up` for off-session use; `on_session` only; `optional` when the
 * payment requests it.
 */
export type Authentication = "always" | "unless_set_up" | "on_session" | "optional";
export type TestCard = {
	brand: string;
	last4: string;
	funding: "credit" | "debit" | "prepaid";
	country: string;
	decline?: CardDecline;
	/** It can be attached to a customer although its charges are declined. */
	attaches?: boolean;
	authentication?: Authentication;
	dispute?: string;
	refund?: "pending" | "fails";
	cvcCheck?: "fail";
	postalCodeCheck?: "fail";
	risk?: "elevated" | "highest";
};

const declined = (code: string, decline_code: string | undefined, message: string): CardDecline => ({
	type: "card_error",
	code,
	...(decline_code ? { decline_code } : {}),
	message,
});
const plain = "Your card was declined.";
const generic = declined("card_declined", "generic_decline", plain);
const noFunds = declined("card_declined", "insufficient_funds", "Your card has insufficient funds.");
const fraud = declined("card_declined", "fraudulent", plain);
const processing = declined(
	"processing_error",
	undefined,
	"An error occurred while processing your card. Try again in a little bit.",
);
const tooOften = "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.";

const visa = (last4: string, more: Partial<TestCard> = {}): TestCard => ({
	brand: "visa",
	last4,
	funding: "credit",
	country: "US",
	...more,
});

// The names follow `pm_card_` and `tok_`: https://docs.stripe.com/testing
const CARDS: Record<string, TestCard> = {
	visa: visa("4242"),
	visa_debit: visa("5556", { funding: "debit" }),
	mastercard: visa("4444", { brand: "mastercard" }),
	mastercard_debit: visa("8210", { brand: "mastercard", funding: "debit" }),
	mastercard_prepaid: visa("5100", { brand: "mastercard", funding: "prepaid" }),
	amex: visa("8431", { brand: "amex" }),
	discover: visa("9424", { brand: "discover" }),
	diners: visa("0004", { brand: "diners" }),
	jcb: visa("0505", { brand: "jcb", country: "JP" }),
	unionpay: visa("0005", { brand: "unionpay", country: "CN" }),
	ca: visa("0000", { country: "CA" }),
	gb: visa("0000", { country: "GB" }),
	de: visa("0016", { country: "DE" }),
	fr: visa("0003", { country: "FR" }),
	chargeDeclined: visa("0002", { decline: generic }),
	chargeDeclinedInsufficientFunds: visa("9995", { decline: noFunds }),
	chargeDeclinedLostCard: visa("9987", { decline: declined("card_declined", "lost_card", plain) }),
	chargeDeclinedStolenCard: visa("9979", { decline: declined("card_declined", "stolen_card", plain) }),
	chargeDeclinedExpiredCard: visa("0069", { decline: declined("expired_card", undefined, "Your card has expired.") }),
	chargeDeclinedIncorrectCvc: visa("0127", {
		decline: declined("incorrect_cvc", undefined, "Your card's security code is incorrect."),
	}),
	chargeDeclinedProcessingError: visa("0119", { decline: processing }),
	chargeDeclinedFraudulent: visa("0019", { decline: fraud, risk: "highest" }),
	chargeDeclinedVelocityLimitExceeded: visa("6975", {
		decline: declined("card_declined", "card_velocity_exceeded", tooOften),
	}),
	chargeCustomerFail: visa("0341", { decline: generic, attaches: true }),
	radarBlock: visa("0019", { decline: fraud, attaches: true, risk: "highest" }),
	riskLevelElevated: visa("9235", { risk: "elevated" }),
	riskLevelHighest: visa("4954", { risk: "highest" }),
	cvcCheckFail: visa("0101", { cvcCheck: "fail" }),
	avsZipFail: visa("0036", { postalCodeCheck: "fail" }),
	bypassPending: visa("0077"),
	createDispute: visa("0259", { dispute: "fraudulent" }),
	createDisputeProductNotReceived: visa("2685", { dispute: "product_not_received" }),
	pendingRefund: visa("7726", { refund: "pending" }),
	refundFail: visa("5126", { refund: "fails" }),
	threeDSecure2Required: visa("3220", { authentication: "always" }),
	threeDSecureRequired: visa("3063", { authentication: "always" }),
	threeDSecureOptional: visa("3055", { authentication: "optional" }),
	threeDSecureRequiredChargeDeclined: visa("1629", { authentication: "always", decline: generic, attaches: true }),
	threeDSecureRequiredProcessingError: visa("1280", { authentication: "always", decline: processing, attaches: true }),
	authenticationRequired: visa("3184", { authentication: "always" }),
	authenticationRequiredOnSetup: visa("3155", { authentication: "unless_set_up" }),
	authenticationRequiredSetupForOffSession: visa("0446", { authentication: "on_session" }),
	authenticationRequiredChargeDeclinedInsufficientFunds: visa("3178", {
		authentication: "always",
		decline: noFunds,
		attaches: true,
	}),
};

/** The card behind `pm_card_visa_chargeDeclined`, `pm_card_chargeDeclined`, `tok_visa` ... */
export function testCard(id: string): { name: string; card: TestCard } | undefined {
	const name = id.replace(/^(pm_card|tok)_(?:visa_(?=chargeDeclined))?/, "");
	return name !== id && Object.hasOwn(CARDS, name) ? { name, card: CARDS[name]! } : undefined;
}

// A fingerprint is the same for all payment methods of a card, so it also tells which test card it is.
const byFingerprint = new Map(Object.entries(CARDS).map(([name, card]) => [fingerprintOf(name), card]));

export function fingerprintOf(name: string): string {
	return `fp${name.replaceAll("_", "")}`.padEnd(16, "0");
}

export function cardOf(fingerprint: string): TestCard {
	return byFingerprint.get(fingerprint)!;
}

/** What the issuer says when the customer is not there to authenticate. */
export const AUTHENTICATION_REQUIRED = declined(
	"authentication_required",
	"authentication_required",
	"Your card was declined. This transaction requires authentication.",
);
