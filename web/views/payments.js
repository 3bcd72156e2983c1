import { h } from "../dom.js";

/** Stripe's test cards by their published names (https://docs.stripe.com/testing): no card number is ever typed here. */
const cards = [
	["pm_card_visa", "Visa ending in 4242", "pays at once"],
	["pm_card_mastercard", "Mastercard ending in 4444", "pays at once"],
	["pm_card_amex", "American Express ending in 8431", "pays at once"],
	["pm_card_threeDSecure2Required", "Visa ending in 3220", "asks for 3-D Secure"],
	["pm_card_chargeDeclinedInsufficientFunds", "Visa ending in 9995", "declined: insufficient funds"],
	["pm_card_chargeDeclined", "Visa ending in 0002", "declined"],
];

const row = (value, text, hint, checked) =>
	h(
		"label",
		{ class: "row" },
		h("input", { type: "radio", name: "method", value, checked, required: true }),
		h("span", { class: "grow" }, text, h("span", { class: "quiet" }, ` · ${hint}`)),
	);

/** The ways to pay; the value of the field `method` is `paypal` or a card's payment method. */
export const payments = () => [
	h("p", { class: "quiet" }, "This storefront pays with Stripe's test cards or with PayPal. No real card is charged."),
	h(
		"fieldset",
		{ class: "rows" },
		h("legend", {}, "Test card"),
		cards.map(([value, text, hint], n) => row(value, text, hint, n === 0)),
	),
	h(
		"fieldset",
		{ class: "rows" },
		h("legend", {}, "Wallet"),
		row("paypal", "PayPal", "you approve it on PayPal's page", false),
	),
];
