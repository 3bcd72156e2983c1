import type { PaymentStatus } from "../../schemas/payment.ts";
import type { Payment } from "./domain.ts";
import type { Hint } from "./providers/provider.ts";

const RANK: Record<PaymentStatus, number> = {
	pending: 0,
	requires_action: 1,
	authorized: 2,
	captured: 3,
	partially_refunded: 3,
	refunded: 3,
	voided: 4,
	failed: 4,
};

/** Whether a payment has come at least as far as an event tells, so that a look at the provider would show nothing else. */
export function isKnown({ status }: Payment, { implies }: Hint): boolean {
	if (implies === null) return false;
	return implies === "voided" || implies === "failed"
		? status === implies
		: RANK[status] < 4 && RANK[status] >= RANK[implies];
}
