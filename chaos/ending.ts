import type { OrderState } from "../services/order/domain.ts";
import { grouped } from "./grouped.ts";
import type { Evidence, Violation } from "./rules/rule.ts";
import { wasPaid } from "./rules/rule.ts";

/** What events alone lead to: the parcels, and the ledger of stock by variant. */
export interface Remains {
	shipments: readonly { id: string; orderId: string; status: string; labelUrl: string | null }[];
	movements: ReadonlyMap<string, readonly { onHand: number; settles?: string }[]>;
}

type Tell = (rule: string, subject: string, detail: string) => void;

/** What should have come of orders by events alone in the end, and has not. */
export function withoutTheirEnd(evidence: Evidence, remains: Remains): Violation[] {
	const found: Violation[] = [];
	const tell: Tell = (rule, subject, detail) => found.push({ rule, subject, detail });
	parcels(evidence, remains, tell);
	mails(evidence, tell);
	movements(evidence, remains, tell);
	return found;
}

function parcels({ orders }: Evidence, { shipments }: Remains, tell: Tell): void {
	const ofOrder = grouped(shipments, ({ orderId }) => orderId);
	for (const { id, number, saga, shipments: known } of orders) {
		const own = ofOrder(id);
		if (saga !== "confirmed") {
			for (const parcel of own)
				if (parcel.status !== "cancelled")
					tell("one parcel per order", id, `is ${saga}, and its parcel ${parcel.id} is ${parcel.status}`);
			continue;
		}
		if (own.length !== 1) tell("one parcel per order", id, `is confirmed (${number}) and has ${own.length} parcels`);
		for (const { id: parcel, status, labelUrl } of own) {
			if (!labelUrl) tell("one parcel per order", id, `its parcel ${parcel} is ${status} and has no label`);
			else if (!known.some((shipment) => shipment.id === parcel && shipment.status !== "pending"))
				tell("one parcel per order", id, `does not know that its parcel ${parcel} is ${status}`);
		}
	}
}

function mails({ orders, notifications, mails: taken }: Evidence, tell: Tell): void {
	const sent = new Set(taken.map(({ notification }) => notification));
	const meant = new Map(notifications.map((one) => [`${one.kind} ${one.reference}`, one]));
	for (const order of orders)
		for (const what of toBeMailed(order)) {
			const notification = meant.get(what);
			if (!notification)
				tell("every buyer hears of the order", order.id, `is ${order.saga}, and ${what} was not queued`);
			else if (!sent.has(notification.id))
				tell("every buyer hears of the order", order.id, `is ${order.saga}, and ${notification.id} was not sent`);
		}
}

/** Each mail of an order by its kind and what it is about. A card that is declined at once was seen by its buyer. */
function toBeMailed(order: OrderState): string[] {
	const { id, saga, timeline, refunds } = order;
	const sentAway = timeline.some(({ type }) => type === "payment.requires_action");
	return [
		...(wasPaid(order) ? [`order_confirmed ${id}`] : []),
		...(saga === "cancelled" ? [`order_cancelled ${id}`] : []),
		...(saga === "failed" && sentAway ? [`payment_failed ${id}`] : []),
		...refunds.map((refund) => `order_refunded ${refund.id}`),
	];
}

/** The ledger of stock has every movement, and goods of an undone order are back once. */
function movements({ orders, variants }: Evidence, { movements: ledger }: Remains, tell: Tell): void {
	const back = new Map<string, number>();
	for (const { id, sku, moves, onHand } of variants) {
		const entries = ledger.get(id) ?? [];
		const sum = entries.reduce((total, entry) => total + entry.onHand, 0);
		if (entries.length !== moves)
			tell("revisions gapless", sku, `moved ${moves} times, its ledger has ${entries.length} entries`);
		else if (sum !== onHand) tell("revisions gapless", sku, `has ${onHand} on hand, its ledger says ${sum}`);
		for (const { settles = "" } of entries) {
			const what = `${settles} ${sku}`;
			if (settles.startsWith("restock ")) back.set(what, (back.get(what) ?? 0) + 1);
		}
	}
	for (const { id, saga, sold, items } of orders)
		for (const { sku } of items) {
			const times = back.get(`restock ${id} ${sku}`) ?? 0;
			if (times !== (sold && saga !== "confirmed" ? 1 : 0))
				tell("goods of an undone order are back once", id, `is ${saga}, and ${sku} came back ${times} times`);
		}
}
