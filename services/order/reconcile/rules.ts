import type { Finding } from "../../../schemas/order.ts";
import type { PaymentFacts } from "../../../schemas/payment.ts";
import type { StockFacts, StockLine } from "../../../schemas/product.ts";
import type { OrderState } from "../domain.ts";

/** What sets it right: each is an action that has its effect once, however often it is asked for. */
export type Repair =
	| { do: "drive" }
	| { do: "capture" }
	| { do: "void" }
	| { do: "refund"; id: string; amount: number; currency: string }
	| { do: "learn"; id: string; amount: number; currency: string }
	| { do: "commit" | "release" | "restock"; lines: StockLine[] };

/** Something that does not fit, and what sets it right; null where nobody but a person can. */
export interface Mismatch extends Pick<Finding, "kind" | "detail"> {
	repair: Repair | null;
}

/** What the stores say of one order. Missing ones are null. */
export interface Sides {
	/** The order's id, also of one that does not exist. */
	id: string;
	order: OrderState | null;
	payment: PaymentFacts | null;
	stock: StockFacts | null;
}

/** Milliseconds after which an order that is due, and that no scan took up, counts as left behind. */
const OVERDUE = 15_000;

/** Whether an order has come to an end that its payment and its stock must fit to. */
export const isSettled = ({ saga, refunds }: OrderState): boolean =>
	saga === "failed" || saga === "cancelled" || (saga === "confirmed" && refunds.every(({ done }) => done));

/** What does not fit. `now` in milliseconds. */
export function mismatches(sides: Sides, now: number): Mismatch[] {
	const { order } = sides;
	if (!order || order.saga === "failed" || order.saga === "cancelled") return [...unowed(sides), ...unsold(sides)];
	if (!isSettled(order)) return stranded(order, now);
	return [...paid(order, sides.payment), ...sold(order, sides.stock)];
}

function stranded({ saga, nextAttemptAt }: OrderState, now: number): Mismatch[] {
	if (nextAttemptAt !== null && Date.parse(nextAttemptAt) > now - OVERDUE) return [];
	const since = nextAttemptAt === null ? "nobody is to go on with it" : `it was due at ${nextAttemptAt}`;
	return [{ kind: "order_stranded", detail: `the order is ${saga}, and ${since}`, repair: { do: "drive" } }];
}

/** A confirmed order has its whole money, and knows of every refund. */
function paid({ id, totals, refunds }: OrderState, payment: PaymentFacts | null): Mismatch[] {
	const { amount, currency } = totals!.total;
	const unpaid = (detail: string, repair: Repair | null): Mismatch[] => [{ kind: "order_unpaid", detail, repair }];
	if (!payment) return unpaid("the order is confirmed, and there is no payment", null);
	const { status, captured } = payment;
	if (status === "authorized")
		return unpaid("the order is confirmed, its payment is only authorized", { do: "capture" });
	if (captured.amount !== amount || captured.currency !== currency)
		return unpaid(`the order is ${amount} ${currency}, its payment ${status} with ${captured.amount}`, null);
	const known = new Set(refunds.map((refund) => refund.id)).add(refundIdOf(id));
	return payment.refunds
		.filter((refund) => !known.has(refund.id) && (refund.status === "succeeded" || refund.status === "pending"))
		.map((refund) => ({
			kind: "refund_unknown",
			detail: `${refund.amount} ${currency} went back by ${refund.id}, which the order does not know of`,
			repair: { do: "learn", id: refund.id, amount: refund.amount, currency },
		}));
}

/** The refund of a cancelled order, as services/order/drive.ts names it. */
const refundIdOf = (orderId: string) => `ref_${orderId.slice(4)}`;

/** What is sold to a confirmed order has left the shelf, and nothing of it is still held. */
function sold(order: OrderState, stock: StockFacts | null): Mismatch[] {
	const wanted = quantities(order);
	const [missing, over]: [StockLine[], StockLine[]] = [[], []];
	for (const line of stock?.lines ?? []) {
		const { sku, held } = line;
		const quantity = wanted.get(sku) ?? 0;
		if (line.sold < quantity && (held > 0 || line.whole)) missing.push({ sku, quantity });
		else if (held > 0) over.push({ sku, quantity: held });
	}
	const found: Mismatch[] = [];
	if (missing.length > 0)
		found.push({
			kind: "stock_not_sold",
			detail: `the order is confirmed, but not taken from the shelf: ${told(missing)}`,
			repair: { do: "commit", lines: missing },
		});
	if (over.length > 0) found.push(held(over, "the order has what it bought"));
	return found;
}

/** Nobody is owed the money of an order that failed, was cancelled or does not exist. */
function unowed({ id, order, payment }: Sides): Mismatch[] {
	if (!payment) return [];
	const why = order ? `the order is ${order.status}` : "there is no order";
	const { status, captured, refunds } = payment;
	const { currency } = captured;
	const back = (refundId: string, amount: number): Mismatch => ({
		kind: "money_without_order",
		detail: `${why}, and ${amount} ${currency} of its payment were taken`,
		repair: { do: "refund", id: refundId, amount, currency },
	});
	if (status === "pending" || status === "requires_action" || status === "authorized") {
		const detail = `${why}, and its payment is ${status}`;
		return [{ kind: "money_without_order", detail, repair: { do: "void" } }];
	}
	// Stored, but the provider may never have been asked: the same refund again.
	const asked = refunds.filter((refund) => refund.status === "requested").map(({ id, amount }) => back(id, amount));
	const left = refunds.reduce((rest, one) => (one.status === "failed" ? rest : rest - one.amount), captured.amount);
	const taken = new Set(refunds.map((refund) => refund.id));
	let refundId = refundIdOf(id);
	for (let n = 1; taken.has(refundId); n++) refundId = `${refundIdOf(id)}-${n}`;
	return left > 0 ? [...asked, back(refundId, left)] : asked;
}

/** No stock is held for, and none sold to, an order that failed, was cancelled or does not exist. */
function unsold({ order, stock }: Sides): Mismatch[] {
	const why = order ? `the order is ${order.status}` : "there is no order";
	const [onHold, gone]: [StockLine[], StockLine[]] = [[], []];
	for (const { sku, held, sold, restocked, whole } of stock?.lines ?? []) {
		if (held > 0) onHold.push({ sku, quantity: held });
		if (sold > 0 && restocked === 0 && whole) gone.push({ sku, quantity: sold });
	}
	const found: Mismatch[] = onHold.length > 0 ? [held(onHold, why)] : [];
	if (gone.length > 0)
		found.push({
			kind: "stock_sold",
			detail: `${why}, but taken from the shelf: ${told(gone)}`,
			repair: { do: "restock", lines: gone },
		});
	return found;
}

const held = (lines: StockLine[], why: string): Mismatch => ({
	kind: "stock_held",
	detail: `${why}, and stock is held for it: ${told(lines)}`,
	repair: { do: "release", lines },
});

const told = (lines: StockLine[]) => lines.map(({ sku, quantity }) => `${quantity} of ${sku}`).join(", ");

/** Lines that share a SKU summed up. */
export function quantities({ items }: OrderState): Map<string, number> {
	const sums = new Map<string, number>();
	for (const { sku, quantity } of items) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
	return sums;
}
