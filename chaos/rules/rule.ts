import type { OrderState } from "../../services/order/domain.ts";
import type { Evidence, Violation } from "../invariants.ts";

/** Looks for one kind of broken promise; named by the promise. */
export type Rules = Record<string, (evidence: Evidence) => Generator<Finding>>;

export type Finding = Omit<Violation, "rule">;

export const at = (subject: string, detail: string): Finding => ({ subject, detail });

/** States of a checkout after which nothing follows by itself. */
export const FINAL: ReadonlySet<string> = new Set(["confirmed", "failed", "cancelled"]);

export const isPaid = ({ saga }: OrderState): boolean => saga === "confirmed";

/** Whether its money was taken at some time, also where it went back as the order was cancelled. */
export const wasPaid = ({ timeline }: OrderState): boolean => timeline.some(({ type }) => type === "order.confirmed");

/** Milliseconds after its deadline within which an order whose buyer did not come back has ended. */
const LATEST = 10_000;

/** Waits for its buyer, whose time is not over. */
export const isWaiting = ({ saga, expiresAt }: OrderState, now: string): boolean =>
	saga === "awaiting_buyer" && Date.parse(now) < Date.parse(expiresAt) + LATEST;

/** What the order says went back. */
export const refundsOf = ({ refunds }: OrderState) =>
	refunds.filter(({ done }) => done).map(({ id, amount }) => ({ id, amount: amount.amount }));

export const sumOf = (entries: readonly { amount: number }[]): number =>
	entries.reduce((sum, { amount }) => sum + amount, 0);
