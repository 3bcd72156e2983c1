import type { OrderState } from "../services/order/domain.ts";
import type { Witness } from "./evidence.ts";
import type { Evidence, Violation } from "./invariants.ts";
import { wasPaid } from "./rules/rule.ts";

type Tell = (rule: string, subject: string, detail: string) => void;

/** What comes of an order by events alone, in the end. */
export async function withoutTheirEnd(witness: Witness, evidence: Evidence): Promise<Violation[]> {
	const found: Violation[] = [];
	const tell: Tell = (rule, subject, detail) => found.push({ rule, subject, detail });
	await parcels(witness, evidence, tell);
	mails(evidence, tell);
	await movements(witness, evidence, tell);
	return found;
}

async function parcels(witness: Witness, { orders }: Evidence, tell: Tell): Promise<void> {
	const shipments = await witness.collection("shipping", "shipments").find({}).toArray();
	const byOrder = Map.groupBy(shipments, ({ orderId }) => orderId);
	for (const { id, number, saga, shipments: known } of orders) {
		const own = byOrder.get(id) ?? [];
		const live = own.filter(({ status }) => status !== "cancelled");
		if (saga !== "confirmed") {
			for (const { _id, status } of live) tell("one parcel per order", id, `is ${saga}, its parcel ${_id} ${status}`);
			continue;
		}
		if (own.length !== 1) tell("one parcel per order", id, `is confirmed (${number}) and has ${own.length} parcels`);
		for (const { _id, status, labelUrl } of own) {
			if (!labelUrl) tell("one parcel per order", id, `its parcel ${_id} is ${status} and has no label`);
			else if (!known.some((shipment) => shipment.id === _id && shipment.status !== "pending"))
				tell("one parcel per order", id, `does not know that its parcel ${_id} is ${status}`);
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
async function movements(witness: Witness, { orders, variants }: Evidence, tell: Tell): Promise<void> {
	const back = new Map<string, number>();
	for (const { id, sku, moves, onHand } of variants) {
		const entries = await witness
			.collection("product", "movements")
			.find({ _id: { $gt: `${id}/`, $lt: `${id}0` } }, { projection: { onHand: 1, settles: 1 } })
			.toArray();
		const sum = entries.reduce((total, entry) => total + Number(entry.onHand), 0);
		if (entries.length !== moves)
			tell("revisions gapless", sku, `moved ${moves} times, its ledger has ${entries.length} entries`);
		else if (sum !== onHand) tell("revisions gapless", sku, `has ${onHand} on hand, its ledger says ${sum}`);
		for (const { settles } of entries)
			if (typeof settles === "string" && settles.startsWith("restock ")) {
				const what = `${settles.slice(8)} ${sku}`;
				back.set(what, (back.get(what) ?? 0) + 1);
			}
	}
	for (const order of orders)
		for (const { sku } of order.items) {
			const times = back.get(`${order.id} ${sku}`) ?? 0;
			const due = order.sold && order.saga !== "confirmed" ? 1 : 0;
			if (times !== due)
				tell("goods of an undone order are back once", order.id, `is ${order.saga}, ${sku} came back ${times} times`);
		}
}
