import test from "ava";
import { type Shop, sound } from "./broken/sound.ts";
import { type Remains, withoutTheirEnd } from "./ending.ts";
import type { Evidence } from "./rules/rule.ts";

const MAILED = [
	["order_confirmed", "ord_1"],
	["order_confirmed", "ord_3"],
	["order_cancelled", "ord_3"],
	["order_confirmed", "ord_4"],
	["order_refunded", "ref_part"],
];

/** The sound shop when all that was to come has come. */
function ended() {
	const shop = sound();
	const notifications = MAILED.map(([kind = "", reference = ""], n) => ({ id: `ntf_${n}`, kind, reference }));
	const parcel = (order: number, status: string) => ({
		id: `shp_${order}`,
		orderId: `ord_${order}`,
		status,
		labelUrl: "https://label.test",
	});
	const shipments = [parcel(1, "label_created"), parcel(3, "cancelled"), parcel(4, "label_created")];
	for (const order of shop.orders) order.shipments = shipments.filter(({ orderId }) => orderId === order.id);
	const sale = (order: number) => ({ onHand: -2, settles: `commit ord_${order}` });
	const entries = [{ onHand: 10 }, sale(1), sale(3), sale(4), { onHand: 2, settles: "restock ord_3" }];
	Object.assign(shop.variants[0]!, { moves: entries.length });
	const mails = notifications.map(({ id }) => ({ notification: id, to: "a@example.com" }));
	return { shop: { ...shop, notifications, mails }, shipments, entries };
}

type Ended = ReturnType<typeof ended>;

function check({ shop, shipments, entries }: Ended): string[] {
	const remains: Remains = { shipments, movements: new Map([["var_1", entries]]) };
	return withoutTheirEnd(shop as unknown as Evidence, remains).map(
		({ rule, subject, detail }) => `${rule}: ${subject} ${detail}`,
	);
}

test("a sound shop comes to its end", (t) => {
	t.deepEqual(check(ended()), []);
});

const ofOrder = ({ orders }: Shop, id: string) => orders.find((order) => order.id === id)!;

for (const [what, names, wrong] of [
	[
		"a parcel of a cancelled order that goes on its way",
		/ord_3 is cancelled, and its parcel shp_3 is in_transit/,
		({ shipments }) => Object.assign(shipments[1]!, { status: "in_transit" }),
	],
	["an order without a parcel", /ord_1 is confirmed .* 0 parcels/, ({ shipments }) => shipments.shift()],
	[
		"a parcel without a label",
		/ord_1 .* no label/,
		({ shipments }) => Object.assign(shipments[0]!, { labelUrl: null }),
	],
	[
		"an order that does not know its parcel",
		/ord_1 does not know that its parcel shp_1/,
		({ shop }) => Object.assign(ofOrder(shop, "ord_1"), { shipments: [] }),
	],
	[
		"a cancellation without a mail",
		/ord_3 is cancelled, and order_cancelled ord_3 was not queued/,
		({ shop }) => shop.notifications.splice(2, 1),
	],
	["a refund whose mail was not sent", /ord_4 is confirmed, and ntf_4 was not sent/, ({ shop }) => shop.mails.pop()],
	[
		"an expired order whose buyer does not hear of it",
		/ord_2 is failed, and payment_failed ord_2 was not queued/,
		({ shop }) => ofOrder(shop, "ord_2").timeline.push({ id: 1, at: "", type: "payment.requires_action", message: "" }),
	],
	[
		"goods of a cancelled order that are gone",
		/ord_3 is cancelled, and A came back 0 times/,
		({ entries }) => entries.pop(),
	],
	[
		"goods of a cancelled order that came back twice",
		/ord_3 is cancelled, and A came back 2 times/,
		({ entries }) => entries.push(entries[4]!),
	],
	[
		"goods of an order that is paid and came back",
		/ord_1 is confirmed, and A came back 1 times/,
		({ entries }) => entries.push({ onHand: 2, settles: "restock ord_1" }),
	],
	["a ledger with a movement too few", /A moved 5 times, its ledger has 4/, ({ entries }) => entries.shift()],
	[
		"a ledger that says another sum",
		/A has 6 on hand, its ledger says 7/,
		({ entries }) => Object.assign(entries[0]!, { onHand: 11 }),
	],
] as [string, RegExp, (end: Ended) => unknown][]) {
	test(`in the end ${what} is found and named`, (t) => {
		const end = ended();
		wrong(end);
		const found = check(end);
		t.true(
			found.some((sentence) => names.test(sentence)),
			found.join("\n"),
		);
	});
}
