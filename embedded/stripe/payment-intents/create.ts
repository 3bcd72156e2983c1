import type { Account } from "../account.ts";
import { checkAmount } from "../amounts.ts";
import type { CardOptions, PaymentIntent } from "../documents.ts";
import { endpoint } from "../endpoint.ts";
import { badParam } from "../errors.ts";
import { customerOf } from "../find.ts";
import { letters, newId, unixTime } from "../ids.ts";
import {
	type Check,
	clearable,
	currency,
	flag,
	integer,
	listOf,
	mergeMetadata,
	metadata,
	object,
	oneOf,
	required,
	shipping,
	text,
} from "../params.ts";
import { METHOD_DATA, methodFromData, methodOf } from "../payment-methods.ts";
import { CONFIRM, type Confirmation, checkReturnUrl, confirm } from "./confirm.ts";

const CARD_OPTIONS = object(
	{
		capture_method: oneOf("manual"),
		request_three_d_secure: oneOf("any", "automatic", "challenge"),
		request_multicapture: oneOf("if_available", "never"),
		setup_future_usage: oneOf("none", "off_session", "on_session"),
	},
	"cvc_token installments mandate_options network request_extended_authorization request_incremental_authorization request_overcapture require_cvc_recollection statement_descriptor_suffix_kana statement_descriptor_suffix_kanji three_d_secure".split(
		" ",
	),
);
const AUTOMATIC = object({ enabled: required(flag), allow_redirects: oneOf("always", "never") });
const suffix: Check<string> = (value, name) => {
	if (text(value, name).length > 22) throw badParam(`The ${name} must be at most 22 characters.`, name);
	return value as string;
};

/** What can be set on creation and changed until the intent is confirmed. */
export const FIELDS = {
	allowed_payment_method_types: listOf(oneOf("card")),
	capture_method: oneOf("automatic", "automatic_async", "manual"),
	customer: text,
	description: clearable(text),
	metadata,
	payment_method: text,
	payment_method_data: object(METHOD_DATA),
	payment_method_options: object({ card: CARD_OPTIONS }),
	payment_method_types: listOf(oneOf("card")),
	receipt_email: clearable(text),
	setup_future_usage: clearable(oneOf("off_session", "on_session")),
	shipping: clearable(shipping),
	statement_descriptor: suffix,
	statement_descriptor_suffix: suffix,
	transfer_group: text,
};
export const BEYOND =
	"amount_details application_fee_amount confirmation_token customer_account excluded_payment_method_types hooks mandate mandate_data on_behalf_of payment_details payment_method_configuration radar_options transfer_data";

const CREATE = {
	...FIELDS,
	...CONFIRM,
	amount: required(integer(1)),
	currency: required(currency),
	automatic_payment_methods: AUTOMATIC,
	confirm: flag,
	confirmation_method: oneOf("automatic"),
};

export const createIntent = endpoint(
	"POST",
	"/v1/payment_intents",
	CREATE,
	(account, input) => {
		checkAmount(input.amount, input.currency);
		const { return_url, off_session, error_on_requires_action } = input;
		const confirmation: Confirmation = { return_url, off_session, error_on_requires_action };
		const automatic = input.automatic_payment_methods ?? { enabled: input.payment_method_types === undefined };
		if (!input.confirm && (return_url || off_session !== undefined)) {
			const param = return_url ? "return_url" : "off_session";
			throw badParam(
				`The parameter \`${param}\` cannot be passed when creating a PaymentIntent unless \`confirm\` is set to true.`,
				param,
			);
		}
		if (input.customer) customerOf(account, input.customer);
		const intent = newIntent(input.amount, input.currency);
		intent.automatic_payment_methods = automatic.enabled
			? { enabled: true, allow_redirects: automatic.allow_redirects ?? "always" }
			: null;
		intent.capture_method = input.capture_method ?? "automatic_async";
		intent.allowed_payment_method_types = input.allowed_payment_method_types ?? null;
		if (input.confirm) checkReturnUrl(intent, confirmation);
		applyFields(account, intent, input);
		if (intent.payment_method) intent.status = "requires_confirmation";
		account.emit("payment_intent.created", account.paymentIntents.put(intent.id, intent));
		return input.confirm ? confirm(account, intent, confirmation) : intent;
	},
	BEYOND,
);

type Fields = Partial<{ [K in keyof typeof FIELDS]: ReturnType<(typeof FIELDS)[K]> }>;

/** Sets on the intent what the request names. */
export function applyFields(account: Account, intent: PaymentIntent, input: Fields): void {
	const {
		metadata: entries,
		payment_method,
		payment_method_data,
		payment_method_options,
		payment_method_types,
	} = input;
	const set: Record<string, unknown> = intent;
	for (const key of PLAIN) if (input[key] !== undefined) set[key] = input[key];
	if (entries !== undefined) intent.metadata = mergeMetadata(intent.metadata, entries);
	if (payment_method_types) intent.payment_method_types = payment_method_types;
	if (payment_method_options?.card)
		intent.payment_method_options = {
			card: { ...intent.payment_method_options.card, ...payment_method_options.card } as CardOptions,
		};
	if (payment_method_options?.card?.capture_method) intent.capture_method = "manual";
	if (payment_method && payment_method_data)
		throw badParam(
			"You may only specify one of these parameters: payment_method, payment_method_data.",
			"payment_method",
		);
	const method = payment_method_data
		? methodFromData(account, payment_method_data)
		: payment_method
			? methodOf(account, payment_method)
			: undefined;
	if (method?.customer && method.customer !== intent.customer)
		throw badParam(
			"The provided PaymentMethod belongs to a customer. Pass that customer, or a PaymentMethod that is attached to none.",
			"payment_method",
		);
	if (method) intent.payment_method = method.id;
}

const PLAIN = [
	"allowed_payment_method_types",
	"capture_method",
	"customer",
	"description",
	"receipt_email",
	"setup_future_usage",
	"shipping",
	"statement_descriptor",
	"statement_descriptor_suffix",
	"transfer_group",
] as const;

function newIntent(amount: number, unit: string): PaymentIntent {
	const id = newId("pi");
	return {
		id,
		object: "payment_intent",
		allowed_payment_method_types: null,
		amount,
		amount_capturable: 0,
		amount_details: { tip: {} },
		amount_received: 0,
		application: null,
		application_fee_amount: null,
		automatic_payment_methods: null,
		canceled_at: null,
		cancellation_reason: null,
		capture_method: "automatic_async",
		client_secret: `${id}_secret_${letters(25)}`,
		confirmation_method: "automatic",
		created: unixTime(),
		currency: unit,
		customer: null,
		description: null,
		last_payment_error: null,
		latest_charge: null,
		livemode: false,
		metadata: {},
		next_action: null,
		on_behalf_of: null,
		payment_method: null,
		payment_method_configuration_details: null,
		payment_method_options: {
			card: { installments: null, mandate_options: null, network: null, request_three_d_secure: "automatic" },
		},
		payment_method_types: ["card"],
		processing: null,
		receipt_email: null,
		review: null,
		setup_future_usage: null,
		shipping: null,
		statement_descriptor: null,
		statement_descriptor_suffix: null,
		status: "requires_payment_method",
		transfer_data: null,
		transfer_group: null,
	};
}
