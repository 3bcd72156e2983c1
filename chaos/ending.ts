import type { Witness } from "./evidence.ts";
import type { Evidence, Violation } from "./invariants.ts";

/** What comes of a confirmed order by events alone, in the end. */
export async function withoutTheirEnd(
	witness: Witness,
	{ orders, notifications, mails, variants }: Evidence,
): Promise<Violation[]> {
	const found: Violation[] = [];
	const tell = (rule: string, subject: string, detail: string) => found.push({ rule, subject, detail });
	const shipments = await witness.collection("shipping", "shipments").find({}).toArray();
	const sent = new Set(mails.map(({ notification }) => notification));
	for (const { id, number, saga, shipments: known } of orders) {
		if (saga !== "confirmed") continue;
		const own = shipments.filter(({ orderId }) => orderId === id);
		if (own.length !== 1) tell("one parcel per order", id, `is confirmed (${number}) and has ${own.length} parcels`);
		for (const { _id, status, labelUrl } of own) {
			if (!labelUrl) tell("one parcel per order", id, `its parcel ${_id} is ${status} and has no label`);
			else if (!known.some((shipment) => shipment.id === _id && shipment.status !== "pending"))
				tell("one parcel per order", id, `does not know that its parcel ${_id} is ${status}`);
		}
		const mail = notifications.find(({ kind, reference }) => kind === "order_confirmed" && reference === id);
		if (!mail) tell("every buyer hears of the order", id, "is confirmed, and no mail was queued");
		else if (!sent.has(mail.id))
			tell("every buyer hears of the order", id, `is confirmed, and ${mail.id} was not sent`);
	}
	for (const { id, sku, moves, onHand } of variants) {
		const entries = await witness
			.collection("product", "movements")
			.find({ _id: { $gt: `${id}/`, $lt: `${id}0` } }, { projection: { onHand: 1 } })
			.toArray();
		const sum = entries.reduce((total, entry) => total + Number(entry.onHand), 0);
		if (entries.length !== moves)
			tell("revisions gapless", sku, `moved ${moves} times, its ledger has ${entries.length} entries`);
		else if (sum !== onHand) tell("revisions gapless", sku, `has ${onHand} on hand, its ledger says ${sum}`);
	}
	return found;
}
