import Type, { type Static } from "typebox";
import { Amount, closed, Id, Line, Money, nullable, Timestamp } from "./common.ts";
import { contract } from "./contract.ts";
import { webhookParams } from "./shipping.ts";

export const Provider = Type.Enum(["stripe", "paypal"]);
export type Provider = Static<typeof Provider>;

export const PaymentStatus = Type.Enum([
	"pending",
	"requires_action",
	"authorized",
	"captured",
	"partially_refunded",
	"refunded",
	"voided",
	"failed",
]);
export type PaymentStatus = Static<typeof PaymentStatus>;

export const NextAction = closed({ type: Type.Enum(["redirect"]), url: Type.String() });

/** A payment as the order sees it. */
export const PaymentState = closed({
	id: Id,
	provider: Provider,
	status: PaymentStatus,
	amount: Money,
	captured: Money,
	refunded: Money,
	nextAction: nullable(NextAction),
	/** Why it failed, in the provider's words; `declineCode` is the issuer's reason where there is one, e.g. `insufficient_funds`. */
	failure: nullable(
		closed({ code: Type.String(), message: Type.String(), declineCode: Type.Optional(nullable(Type.String())) }),
	),
	version: Type.Integer(),
});
export type PaymentState = Static<typeof PaymentState>;

export const authorizePayment = contract({
	name: "payment.authorize",
	summary:
		"Authorizes the amount at the provider, once for each payment id. A declined payment is a result with status `failed`, not an error",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	timeout: 10_000,
	params: closed({
		id: Id,
		orderId: Id,
		orderNumber: Type.String(),
		userId: nullable(Id),
		/** SHA-256 of the order's token, hexadecimal: whoever shows the token may read the payment. */
		tokenHash: nullable(Type.String({ pattern: "^[0-9a-f]{64}$" })),
		provider: Provider,
		amount: Money,
		/** Stripe's payment method, `pm_...`; PayPal asks the buyer on its own page. */
		paymentMethod: nullable(Line(255)),
		/** Where the provider's page sends the buyer back to; the shop's front page unless told. */
		returnUrl: nullable(Type.String({ maxLength: 2000 })),
	}),
	result: PaymentState,
	errors: ["provider_failed", "unavailable"],
});

export const resumePayment = contract({
	name: "payment.resume",
	summary: "Reads the payment at the provider again, and authorizes it when the buyer has approved it",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	timeout: 10_000,
	params: closed({ id: Id }),
	result: PaymentState,
	errors: ["not_found", "provider_failed", "unavailable"],
});

const byId = closed({ id: Id });

export const capturePayment = contract({
	name: "payment.capture",
	summary: "Takes the whole authorized amount. Again: no effect",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	timeout: 10_000,
	params: byId,
	result: PaymentState,
	errors: ["not_found", "transition_not_allowed", "provider_failed", "unavailable"],
});

export const voidPayment = contract({
	name: "payment.void",
	summary:
		"Gives up what is not captured. Again, or when nothing was authorized: no effect. A payment id that is not known yet can never be authorized afterwards",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	timeout: 10_000,
	params: byId,
	result: PaymentState,
	errors: ["provider_failed", "unavailable"],
});

export const refundPayment = contract({
	name: "payment.refund",
	summary: "Sends captured money back, once for each refund id",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	timeout: 10_000,
	params: closed({ id: Id, refundId: Id, amount: Money, reason: Line(500) }),
	result: PaymentState,
	errors: [
		"not_found",
		"refund_exceeds_payment",
		"transition_not_allowed",
		"currency_not_supported",
		"provider_failed",
		"unavailable",
	],
});

export const getPayment = contract({
	name: "payment.get",
	summary: "One payment of one's own",
	kind: "read",
	params: byId,
	result: closed({
		id: Id,
		provider: Provider,
		status: PaymentStatus,
		amount: Money,
		captured: Money,
		refunded: Money,
		currency: Type.String(),
	}),
	errors: ["not_found"],
	route: { method: "GET", path: "/v1/payments/:id", access: "anyone" },
});

export const LedgerEntry = closed({
	/** `<payment>/<effect>/<n>`: unique for ever. */
	id: Type.String(),
	/** `cash:<provider>` is what lies at the provider, `sales` what buyers paid for. Debits are positive, credits negative. */
	account: Type.String(),
	amount: Amount,
	currency: Type.String(),
	at: Timestamp,
});
export type LedgerEntry = Static<typeof LedgerEntry>;

export const paymentLedger = contract({
	name: "payment.ledger",
	summary: "The double entries of a payment, the oldest first; they sum to zero",
	kind: "read",
	callers: [],
	params: byId,
	result: closed({ paymentId: Id, orderId: nullable(Id), data: Type.Array(LedgerEntry) }),
	errors: ["not_found"],
});

export const paymentWebhook = contract({
	name: "payment.webhook",
	summary: "Stripe or PayPal tells of a payment: verified, kept once, worked on afterwards",
	kind: "write",
	callers: ["gateway"],
	idempotent: true,
	params: closed({ provider: Provider, ...webhookParams.properties }),
	result: closed({ accepted: Type.Boolean() }),
	errors: ["invalid_signature", "provider_failed"],
});

/** What orders are held against: a payment with its refunds, for the reconciliation. */
export const PaymentFacts = closed({
	id: Id,
	orderId: nullable(Id),
	provider: Provider,
	status: PaymentStatus,
	amount: Money,
	captured: Money,
	refunded: Money,
	refunds: Type.Array(
		closed({ id: Id, amount: Amount, status: Type.Enum(["requested", "pending", "succeeded", "failed"]) }),
	),
	createdAt: Timestamp,
});
export type PaymentFacts = Static<typeof PaymentFacts>;

/** A span of time, from `since` until before `until`. */
const span = { since: Timestamp, until: Timestamp };

export const paymentFacts = contract({
	name: "payment.facts",
	summary: "Payments by id, or those that began in a span of time, the oldest first; unknown ids are left out",
	kind: "read",
	callers: ["order"],
	params: Type.Union([
		closed({ ids: Type.Array(Id, { maxItems: 200 }) }),
		closed({ ...span, after: Type.Optional(Id), limit: Type.Integer({ minimum: 1, maximum: 200 }) }),
	]),
	result: closed({ data: Type.Array(PaymentFacts) }),
	errors: [],
});

export const auditPayments = contract({
	name: "payment.audit",
	summary:
		"Holds what a provider made in a span of time against the payments here: what is missing or behind is told, and with `repair` taken up as the provider has it, so that an order or nobody owns it afterwards. One page; PayPal cannot list, so its unfinished payments are looked at one by one",
	kind: "write",
	callers: ["order"],
	idempotent: true,
	timeout: 30_000,
	params: closed({ provider: Provider, ...span, cursor: Type.Optional(Line(255)), repair: Type.Boolean() }),
	result: closed({
		looked: Type.Integer(),
		findings: Type.Array(
			closed({
				kind: Type.Enum(["payment_unrecorded", "payment_behind"]),
				paymentId: Id,
				orderId: nullable(Id),
				detail: Type.String(),
				error: nullable(Type.String()),
			}),
		),
		nextCursor: nullable(Type.String()),
	}),
	errors: ["provider_failed", "unavailable"],
});
