import { fail } from "../../runtime/errors.ts";
import type { PaymentStatus } from "../../schemas/payment.ts";

/** Every change of status there is. A refund that fails at the bank afterwards leads back. */
const NEXT: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
	pending: ["requires_action", "authorized", "voided", "failed"],
	requires_action: ["authorized", "voided", "failed"],
	authorized: ["captured", "voided", "failed"],
	captured: ["partially_refunded", "refunded"],
	partially_refunded: ["captured", "refunded"],
	refunded: ["captured", "partially_refunded"],
	voided: [],
	failed: [],
};

/** Whether a status leads to another one in a single step. */
export const leadsTo = (from: PaymentStatus, to: PaymentStatus): boolean => NEXT[from].includes(to);

/** Money was taken; what remains are refunds. */
export const isCaptured = (status: PaymentStatus): boolean =>
	status === "captured" || status === "partially_refunded" || status === "refunded";

/** Nothing can come after it. */
export const isOver = (status: PaymentStatus): boolean => NEXT[status].length === 0;

/** @throws transition_not_allowed with the allowed ones; the same status again is no transition */
export function requireTransition(from: PaymentStatus, to: PaymentStatus): void {
	if (from !== to && !leadsTo(from, to)) throw notAllowed(from, to);
}

/** The refusal of a transition. */
export function notAllowed(from: PaymentStatus, to: PaymentStatus): Error {
	return fail(
		"transition_not_allowed",
		{ status: from, allowed: [...NEXT[from]] },
		`A payment that is ${from} cannot become ${to}`,
	);
}
