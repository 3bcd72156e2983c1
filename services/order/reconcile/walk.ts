import { type Caller, call } from "../../../runtime/action.ts";
import type { Finding } from "../../../schemas/order.ts";
import { auditPayments, type PaymentFacts, type Provider, paymentFacts } from "../../../schemas/payment.ts";
import { type StockFacts, stockFacts, stockReferences } from "../../../schemas/product.ts";
import type { OrderState } from "../domain.ts";
import { orders } from "../model.ts";
import type { Suspect } from "./judge.ts";
import { isSettled, mismatches, quantities } from "./rules.ts";

/** What is walked over: what began from `since` until before `until`, in milliseconds. */
export interface Span {
	since: number;
	until: number;
}

/** Ids begin with the milliseconds of their birth, so that a span of time is a range of the primary index. */
export const idAt = (prefix: string, milliseconds: number) =>
	`${prefix}_${milliseconds.toString(16).padStart(12, "0")}`;

const rfc3339 = ({ since, until }: Span) => ({
	since: new Date(since).toISOString(),
	until: new Date(until).toISOString(),
});

/** Counts what was looked at, page by page, and is told when a page is done. */
export interface Tally {
	orders: number;
	payments: number;
	provider: number;
	references: number;
}
type Turn = () => Promise<void>;

const PAGE = 100;

/** Orders against their payments and their stock. */
export async function* throughOrders(from: Caller, span: Span, tally: Tally, turn: Turn): AsyncGenerator<Suspect> {
	const until = idAt("ord", span.until);
	for (let after = idAt("ord", span.since); ; ) {
		const page = await orders.findMany({ _id: { $gt: after, $lt: until } }, { sort: { _id: 1 }, limit: PAGE });
		tally.orders += page.length;
		const last = page.at(-1);
		if (!last) return;
		const [payments, stock] = await Promise.all([paymentsOf(from, page), stockOf(from, page)]);
		for (const order of page) {
			const { id, payment } = order;
			const sides = { id, order, payment: payments.get(payment.id) ?? null, stock: stock.get(id) ?? null };
			if (mismatches(sides, Date.now()).length > 0) yield { orderId: id };
		}
		await turn();
		after = last.id;
	}
}

async function paymentsOf(from: Caller, page: OrderState[]): Promise<Map<string, PaymentFacts>> {
	const ids = page.filter(isSettled).map(({ payment }) => payment.id);
	const { data } = ids.length > 0 ? await call(from, paymentFacts, { ids }) : { data: [] };
	return new Map(data.map((payment) => [payment.id, payment]));
}

async function stockOf(from: Caller, page: OrderState[]): Promise<Map<string, StockFacts>> {
	const references = page
		.filter((order) => isSettled(order) && order.items.length > 0)
		.map((order) => ({ reference: order.id, skus: [...quantities(order).keys()] }));
	const { data } = references.length > 0 ? await call(from, stockFacts, { references, count: false }) : { data: [] };
	return new Map(data.map((facts) => [facts.reference, facts]));
}

/** Payments whose order does not exist, or is paid by another payment. */
export async function* throughPayments(from: Caller, span: Span, tally: Tally, turn: Turn): AsyncGenerator<Suspect> {
	for (let after: string | undefined; ; ) {
		const { data } = await call(from, paymentFacts, { ...rfc3339(span), limit: PAGE, ...(after ? { after } : {}) });
		tally.payments += data.length;
		const found = await existing(data.flatMap(({ orderId }) => orderId ?? []));
		for (const { id, orderId } of data) {
			if (orderId !== null && found.get(orderId)?.payment.id !== id) yield { orderId, paymentId: id };
		}
		await turn();
		after = data.at(-1)?.id;
		if (!after || data.length < PAGE) return;
	}
}

/** Whom stock is held for, and whom it was sold to, against the orders that there are. */
export async function* throughStock(from: Caller, span: Span, tally: Tally, turn: Turn): AsyncGenerator<Suspect> {
	const until = idAt("ord", span.until);
	for (let cursor: string | undefined; ; ) {
		const page = await call(from, stockReferences, { held: true, until, ...(cursor ? { after: cursor } : {}) });
		tally.references += page.data.length;
		const found = await existing(page.data.map(({ reference }) => reference));
		for (const { reference, skus } of page.data) {
			const order = found.get(reference);
			if (!order || isSettled(order)) yield { orderId: reference, skus };
		}
		await turn();
		if (!page.after) break;
		cursor = page.after;
	}
	for (let since = idAt("ord", span.since); ; ) {
		const { data, after } = await call(from, stockReferences, { since, until });
		tally.references += data.length;
		const found = await existing(data.map(({ reference }) => reference));
		for (const { reference, skus } of data) if (!found.has(reference)) yield { orderId: reference, skus };
		await turn();
		if (!after || after === since) return;
		since = after;
	}
}

/** Those of these orders that exist. */
async function existing(ids: string[]): Promise<Map<string, OrderState>> {
	const distinct = [...new Set(ids)];
	const found: OrderState[] = [];
	for (let n = 0; n < distinct.length; n += 1_000)
		found.push(...(await orders.findMany({ _id: { $in: distinct.slice(n, n + 1_000) } })));
	return new Map(found.map((order) => [order.id, order]));
}

/**
 * What a provider has of this shop's payments against those on record. A page with differences is asked for once more after
 * their orders were read: while an order is under way its payment is behind for moments, but not when it was done before.
 */
export async function* throughProvider(
	from: Caller,
	provider: Provider,
	span: Span,
	repair: boolean,
	tally: Tally,
	turn: Turn,
): AsyncGenerator<Finding> {
	for (let cursor: string | null = null; ; ) {
		const page: Awaited<ReturnType<typeof audited>> = await audited(from, provider, span, cursor, false);
		tally.provider += page.looked;
		const found = await existing(page.findings.flatMap(({ orderId }) => orderId ?? []));
		const done = page.findings.filter(({ orderId }) => {
			const order = orderId === null ? undefined : found.get(orderId);
			return !order || isSettled(order);
		});
		if (done.length > 0) {
			const ids = new Set(done.map(({ paymentId }) => paymentId));
			const { findings } = await audited(from, provider, span, cursor, repair);
			for (const finding of findings.filter(({ paymentId }) => ids.has(paymentId)))
				yield { ...finding, repaired: repair ? finding.error === null : null };
		}
		await turn();
		if (!page.nextCursor) return;
		cursor = page.nextCursor;
	}
}

const audited = (from: Caller, provider: Provider, span: Span, cursor: string | null, repair: boolean) =>
	call(from, auditPayments, { provider, ...rfc3339(span), repair, ...(cursor ? { cursor } : {}) });
