import type { OrderState } from "../services/order/domain.ts";
import type { Payment } from "../services/payment/domain.ts";
import type { VariantState } from "../services/product/model.ts";
import type { Purchase } from "./buyers/purchase.ts";
import { checkouts } from "./rules/checkouts.ts";
import { events } from "./rules/events.ts";
import { money } from "./rules/money.ts";
import { provider } from "./rules/provider.ts";
import { requests } from "./rules/requests.ts";
import { stock } from "./rules/stock.ts";
import type { Deal } from "./tills.ts";

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

const rules = { ...checkouts, ...requests, ...money, ...provider, ...stock, ...events };

/** The rules that are checked after every fault. */
export const RULES: readonly string[] = Object.keys(rules);

/** Whatever breaks a promise: the one check after every fault. */
export function violationsIn(evidence: Evidence): Violation[] {
	return Object.entries(rules).flatMap(([rule, check]) => Array.from(check(evidence), (found) => ({ rule, ...found })));
}
