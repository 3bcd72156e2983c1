// The parts of Stripe's objects that the stand-in reads; https://docs.stripe.com/api. Amounts are minor units, times Unix seconds.
import type { CardDecline } from "./cards.ts";

export type Metadata = Record<string, string>;
export type Address = Record<"city" | "country" | "line1" | "line2" | "postal_code" | "state", string | null>;
export type BillingDetails = {
	address: Address;
	email: string | null;
	name: string | null;
	phone: string | null;
	tax_id: string | null;
};

export type Customer = {
	id: string;
	object: "customer";
	created: number;
	email: string | null;
	metadata: Metadata;
	deleted?: boolean;
	[field: string]: unknown;
};

export type Card = {
	brand: string;
	country: string;
	exp_month: number;
	exp_year: number;
	fingerprint: string;
	funding: string;
	last4: string;
	[field: string]: unknown;
};

export type PaymentMethod = {
	id: string;
	object: "payment_method";
	billing_details: BillingDetails;
	card: Card;
	created: number;
	customer: string | null;
	livemode: false;
	metadata: Metadata;
	type: "card";
	allow_redisplay: "unspecified";
};

export type IntentStatus =
	| "requires_payment_method"
	| "requires_confirmation"
	| "requires_action"
	| "requires_capture"
	| "processing"
	| "succeeded"
	| "canceled";

export type PaymentIntent = {
	id: string;
	object: "payment_intent";
	allowed_payment_method_types: "card"[] | null;
	amount: number;
	amount_capturable: number;
	amount_received: number;
	automatic_payment_methods: { enabled: boolean; allow_redirects: "always" | "never" } | null;
	canceled_at: number | null;
	cancellation_reason: string | null;
	capture_method: "automatic" | "automatic_async" | "manual";
	client_secret: string;
	created: number;
	currency: string;
	customer: string | null;
	description: string | null;
	last_payment_error: (CardDecline & Record<string, unknown>) | null;
	latest_charge: string | null;
	metadata: Metadata;
	next_action: NextAction | null;
	payment_method: string | null;
	payment_method_options: { card: CardOptions };
	receipt_email: string | null;
	setup_future_usage: "off_session" | "on_session" | null;
	shipping: object | null;
	statement_descriptor: string | null;
	statement_descriptor_suffix: string | null;
	status: IntentStatus;
	transfer_group: string | null;
	[field: string]: unknown;
};

export type CardOptions = {
	request_three_d_secure: "any" | "automatic" | "challenge";
	request_multicapture?: "if_available" | "never";
	[field: string]: unknown;
};

export type NextAction =
	| { type: "redirect_to_url"; redirect_to_url: { return_url: string; url: string } }
	| { type: "use_stripe_sdk"; use_stripe_sdk: Record<string, string> };

export type Charge = {
	id: string;
	object: "charge";
	amount: number;
	amount_captured: number;
	amount_refunded: number;
	captured: boolean;
	created: number;
	currency: string;
	customer: string | null;
	disputed: boolean;
	payment_intent: string;
	payment_method: string;
	payment_method_details: { type: "card"; card: Record<string, unknown> };
	refunded: boolean;
	status: "succeeded" | "failed";
	metadata: Metadata;
	[field: string]: unknown;
};

export type Refund = {
	id: string;
	object: "refund";
	amount: number;
	charge: string;
	created: number;
	currency: string;
	metadata: Metadata;
	payment_intent: string;
	reason: string | null;
	status: "pending" | "succeeded" | "failed";
	[field: string]: unknown;
};

export type Dispute = {
	id: string;
	object: "dispute";
	amount: number;
	charge: string;
	created: number;
	currency: string;
	metadata: Metadata;
	payment_intent: string;
	status: string;
	[field: string]: unknown;
};

export type StripeEvent = { id: string; object: "event"; type: string; created: number; data: { object: object } };
export type WebhookEndpoint = {
	id: string;
	object: "webhook_endpoint";
	created: number;
	url: string;
	enabled_events: string[];
	metadata: Metadata;
	status: "enabled" | "disabled";
	[field: string]: unknown;
};
