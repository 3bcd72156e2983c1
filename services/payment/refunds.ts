import { fail } from "../../runtime/errors.ts";
import { guard } from "../../runtime/guard.ts";
import type { Money } from "../../schemas/common.ts";
import type { PaymentStatus } from "../../schemas/payment.ts";
import type { Payment } from "./domain.ts";
import { entriesOf } from "./ledger.ts";
import type { RefundSight } from "./providers/provider.ts";
import { isCaptured, notAllowed } from "./transitions.ts";

/** `requested`: stored, the provider may not know it yet. `pending`: the provider has taken it on, the bank has not. */
export type RefundStatus = "requested" | "pending" | "succeeded" | "failed";

export interface Refund {
	id: string;
	/** The idempotency key of its call. */
	key: string;
	providerId: string | null;
	amount: number;
	status: RefundStatus;
	at: string;
}

const RANK: Record<RefundStatus, number> = { requested: 0, pending: 1, succeeded: 2, failed: 3 };
const isOut = ({ status }: Refund) => status === "pending" || status === "succeeded";

const refundedAlready = guard("a payment's refund is asked for once");

/**
 * Puts a refund on record before the provider is asked, so that refunds together never exceed what was captured.
 * @returns the payment itself when the refund is known
 * @throws refund_exceeds_payment, transition_not_allowed, currency_not_supported
 */
export function withRefund(payment: Payment, id: string, amount: Money, at: string): Payment {
	const known = payment.refunds.find((refund) => refund.id === id);
	if (refundedAlready(known !== undefined) && known) {
		if (known.amount === amount.amount && amount.currency === payment.currency) return payment;
		throw fail("transition_not_allowed", { allowed: [] }, `The refund ${id} is one of another amount`);
	}
	if (amount.currency !== payment.currency) throw fail("currency_not_supported", { currency: payment.currency });
	if (!isCaptured(payment.status)) throw notAllowed(payment.status, "partially_refunded");
	const left = payment.refunds.reduce((rest, r) => (r.status === "failed" ? rest : rest - r.amount), payment.captured);
	if (amount.amount > left || amount.amount <= 0)
		throw fail("refund_exceeds_payment", { refundable: { amount: left, currency: payment.currency } });
	const refund: Refund = {
		id,
		key: `${payment.orderId}:refund:${id}`,
		providerId: null,
		amount: amount.amount,
		status: "requested",
		at,
	};
	return { ...payment, refunds: [...payment.refunds, refund] };
}

/** What a payment is after a look at its refunds. One that was made at the provider itself is taken up under its id there. */
export function sawRefunds(payment: Payment, sights: readonly RefundSight[], at: string): Payment {
	return sights.reduce((state, sight) => sawRefund(state, sight, at), payment);
}

function sawRefund(payment: Payment, sight: RefundSight, at: string): Payment {
	const known = payment.refunds.find(({ id, providerId }) => id === sight.id || providerId === sight.providerId);
	if (known && RANK[sight.status] <= RANK[known.status]) return payment;
	const id = known?.id ?? sight.id ?? sight.providerId;
	const refund: Refund = {
		...(known ?? { id, key: "", at }),
		providerId: sight.providerId,
		amount: sight.amount,
		status: sight.status,
	};
	const refunds = known
		? payment.refunds.map((entry) => (entry === known ? refund : entry))
		: [...payment.refunds, refund];
	const effect = isOut(refund) ? 1 : 0;
	const before = known && isOut(known) ? 1 : 0;
	if (effect === before) return { ...payment, refunds };
	const entries =
		effect > before
			? entriesOf(payment, `refund-${id}`, -refund.amount, at)
			: entriesOf(payment, `refund-${id}-failed`, refund.amount, at);
	const refunded = payment.refunded + (effect - before) * refund.amount;
	return {
		...payment,
		refunds,
		refunded,
		status: statusOf(payment.captured, refunded),
		ledger: [...payment.ledger, ...entries],
	};
}

/** A refund that the provider would not make. */
export function withRefusedRefund(payment: Payment, id: string): Payment {
	const refunds = payment.refunds.map((refund) =>
		refund.id === id && refund.status === "requested" ? { ...refund, status: "failed" as const } : refund,
	);
	return { ...payment, refunds };
}

function statusOf(captured: number, refunded: number): PaymentStatus {
	if (refunded <= 0) return "captured";
	return refunded < captured ? "partially_refunded" : "refunded";
}
