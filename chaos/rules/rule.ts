import type { OrderState } from "../../services/order/domain.ts";
import type { Payment } from "../../services/payment/domain.ts";
import type { VariantState } from "../../services/product/model.ts";
import type { Purchase } from "../buyers/purchase.ts";
import type { Deal } from "../tills.ts";

/** Everything that the check rests on, as the stores, the streams and the providers show it. */
export interface Evidence {
	/** When it was gathered, RFC 3339. */
	at: string;
	orders: OrderState[];
	payments: Payment[];
	variants: VariantState[];
	/** What lay on the shelves at first, by SKU. */
	initial: ReadonlyMap<string, number>;
	/** What the payment providers hold. */
	deals: Deal[];
	/** Events that have waited in their outboxes for too long. */
	waiting: { store: string; event: string }[];
	/** Dead letters: no fault here lasts as long as a consumer's patience. */
	letters: { service: string; consumer: string; event: { id: string }; error: string }[];
	/** Events of orders that their stream has or had, or that are on their way to it. */
	events: readonly { id: string; name: string; aggregate: string }[];
	notifications: { id: string; kind: string; reference: string }[];
	/** Mails by the notification that their Message-ID names. */
	mails: readonly { notification: string; to: string }[];
	purchases: readonly Purchase[];
}

export interface Violation {
	rule: string;
	/** The order, payment or SKU. */
	subject: string;
	/** What is wrong, with the figures. */
	detail: string;
}

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
