import { fail } from "../../runtime/errors.ts";
import type { Money } from "../../schemas/common.ts";
import { type OrderState, transitions } from "./domain.ts";

/** @throws transition_not_allowed, currency_not_supported, refund_exceeds_payment */
export function refundable({ status, saga, totals, refunds }: OrderState, amount: Money): void {
	const allowed = transitions[status];
	const left = (totals?.total.amount ?? 0) - refunds.reduce((sum, one) => sum + one.amount.amount, 0);
	if (status === "refunded") throw fail("refund_exceeds_payment", { refundable: { ...amount, amount: left } });
	if (saga !== "confirmed" || !allowed.includes("refunded")) throw fail("transition_not_allowed", { status, allowed });
	if (amount.currency !== totals?.total.currency)
		throw fail("currency_not_supported", { currency: totals?.total.currency });
	if (amount.amount <= 0 || amount.amount > left) {
		throw fail(
			"refund_exceeds_payment",
			{ refundable: { amount: left, currency: amount.currency } },
			`At most ${left} can be refunded`,
		);
	}
}
