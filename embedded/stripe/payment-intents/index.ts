import { checkAmount } from "../amounts.ts";
import { endpoint } from "../endpoint.ts";
import { badParam, refused } from "../errors.ts";
import { customerOf, intentOf } from "../find.ts";
import { LIST, listOf } from "../lists.ts";
import { currency, integer, text } from "../params.ts";
import { cancelIntent } from "./cancel.ts";
import { captureIntent } from "./capture.ts";
import { CONFIRM, checkReturnUrl, confirm } from "./confirm.ts";
import { applyFields, BEYOND, createIntent, FIELDS } from "./create.ts";
import { searchIntents } from "./search.ts";

const confirmIntent = endpoint(
	"POST",
	"/v1/payment_intents/:id/confirm",
	{ ...FIELDS, ...CONFIRM },
	(account, { return_url, off_session, error_on_requires_action, use_stripe_sdk: _, ...fields }, id) => {
		const intent = intentOf(account, id);
		const how = { return_url, off_session, error_on_requires_action };
		if (intent.status === "succeeded" || intent.status === "canceled" || intent.status === "requires_capture")
			throw refused(
				intent.status === "canceled"
					? "You cannot confirm this PaymentIntent because it has a status of canceled. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action, requires_payment_method."
					: "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
				"payment_intent_unexpected_state",
				{ payment_intent: intent },
			);
		checkReturnUrl(intent, how);
		applyFields(account, intent, fields);
		return confirm(account, intent, how);
	},
	BEYOND,
);

const updateIntent = endpoint(
	"POST",
	"/v1/payment_intents/:id",
	{ ...FIELDS, amount: integer(1), currency },
	(account, { amount, currency: unit, ...fields }, id) => {
		const intent = intentOf(account, id);
		const settled = ["requires_capture", "succeeded", "canceled", "processing"].includes(intent.status);
		const fixed = Object.keys({ ...fields, ...(amount && { amount }), ...(unit && { currency }) }).filter(
			(name) => !["metadata", "description", "receipt_email", "shipping", "transfer_group"].includes(name),
		);
		if (settled && fixed.length > 0)
			throw refused(
				`This PaymentIntent's ${fixed[0]} could not be updated because it has a status of ${intent.status}. You may only update the ${fixed[0]} of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.`,
				"payment_intent_unexpected_state",
				{ payment_intent: intent },
			);
		if (amount !== undefined || unit !== undefined) checkAmount(amount ?? intent.amount, unit ?? intent.currency);
		if (fields.customer) customerOf(account, fields.customer);
		applyFields(account, intent, fields);
		intent.amount = amount ?? intent.amount;
		intent.currency = unit ?? intent.currency;
		if (intent.payment_method && intent.status === "requires_payment_method") intent.status = "requires_confirmation";
		account.paymentIntents.put(id, intent);
		return intent;
	},
	BEYOND,
);

export const paymentIntentEndpoints = [
	createIntent,
	searchIntents,
	endpoint("GET", "/v1/payment_intents", { ...LIST, customer: text }, (account, { customer, ...page }) =>
		listOf(account.paymentIntents, "/v1/payment_intents", page, {
			term: customer && `customer:${customerOf(account, customer).id}`,
		}),
	),
	endpoint("GET", "/v1/payment_intents/:id", { client_secret: text }, (account, { client_secret }, id) => {
		const intent = intentOf(account, id);
		if (client_secret && client_secret !== intent.client_secret)
			throw badParam(
				"The client_secret provided does not match the client_secret associated with this PaymentIntent.",
				"client_secret",
				"payment_intent_invalid_parameter",
			);
		return intent;
	}),
	updateIntent,
	confirmIntent,
	captureIntent,
	cancelIntent,
];
