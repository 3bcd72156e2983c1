import type { Account } from "./account.ts";
import { chargeOf } from "./find.ts";

type Outcome = { id: string; outcome: "pending" | "fails"; due: number };

const AFTER_MS = 300;

/** What becomes of a refund to the cards `pendingRefund` (it succeeds later) and `refundFail` (it fails later). */
export function laterOutcome(account: Account, id: string, outcome: Outcome["outcome"]): void {
	const due = Date.now() + AFTER_MS;
	outcomes(account).put(id, { id, outcome, due });
	schedule(account, { id, outcome, due });
}

/** Takes up what a stop of the process left open. */
export function resumeOutcomes(account: Account): void {
	for (const open of outcomes(account).list()) schedule(account, open);
}

const outcomes = (account: Account) => account.state.collection<Outcome>("refund_outcomes");

function schedule(account: Account, open: Outcome): void {
	const timer = setTimeout(() => settle(account, open), Math.max(0, open.due - Date.now()));
	account.onClose(() => clearTimeout(timer));
	timer.unref();
}

function settle(account: Account, { id, outcome }: Outcome): void {
	account.state.transaction(() => {
		const refund = account.refunds.get(id)!;
		account.request = { id: null, idempotency_key: null };
		outcomes(account).delete(id);
		const { pending_reason: _, ...rest } = refund;
		const status = outcome === "pending" ? "succeeded" : "failed";
		const settled = {
			...rest,
			status: status as "succeeded" | "failed",
			...(outcome === "fails" ? { failure_reason: "unknown" } : {}),
		} as typeof refund;
		const json = account.refunds.put(id, settled);
		if (outcome === "fails") {
			const charge = chargeOf(account, refund.charge);
			charge.amount_refunded -= refund.amount;
			charge.refunded = false;
			account.charges.put(charge.id, charge);
			account.emit("refund.failed", json);
		}
		account.emit("refund.updated", json, { status: refund.status });
		account.emit("charge.refund.updated", json, { status: refund.status });
	});
}
