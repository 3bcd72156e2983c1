import test from "ava";
import type { Purchase } from "./buyers/purchase.ts";
import { type Evidence, RULES, violationsIn } from "./invariants.ts";

const TOTAL = { amount: 1_250, currency: "USD" };

/** A shop that sold one thing to one buyer and refused another's card, as it should be. */
function sound() {
	const order = {
		id: "ord_1",
		cartId: "cart_1",
		email: "a@example.com",
		saga: "confirmed",
		nextAttemptAt: null,
		attempts: 0,
		items: [{ sku: "A", quantity: 2 }],
		totals: { total: TOTAL },
		refunds: [],
		payment: { id: "pay_1" },
	};
	const refused = {
		...order,
		id: "ord_2",
		cartId: "cart_2",
		email: "b@example.com",
		saga: "failed",
		payment: { id: "pay_2" },
	};
	const entry = (n: number, account: string, amount: number) => ({ id: `pay_1/capture/${n}`, account, amount });
	const ledger = [entry(0, "cash:stripe", 1_250), entry(1, "sales", -1_250)];
	const purchase = { fault: "none", cartToken: "", card: "", wanted: [], tries: 1, left: false };
	return {
		orders: [order, refused],
		payments: [
			{ id: "pay_1", status: "captured", captured: 1_250, refunded: 0, ledger },
			{ id: "pay_2", status: "failed", captured: 0, refunded: 0, ledger: [] },
		],
		variants: [{ id: "var_1", sku: "A", onHand: 8, reserved: 0, holds: [] as object[] }],
		initial: new Map([["A", 10]]),
		intents: [
			{ id: "pi_1", status: "succeeded", amount_received: 1_250, metadata: { order: "ord_1", payment: "pay_1" } },
			{
				id: "pi_2",
				status: "requires_payment_method",
				amount_received: 0,
				metadata: { order: "ord_2", payment: "pay_2" },
			},
		],
		charges: [{ payment_intent: "pi_1", captured: true, amount_captured: 1_250, amount_refunded: 0 }],
		waiting: [] as Evidence["waiting"],
		letters: [] as Evidence["letters"],
		events: [
			{ id: "orders/ord_1/6/0", name: "order.confirmed", aggregate: "ord_1" },
			{ id: "orders/ord_2/4/0", name: "order.payment_failed", aggregate: "ord_2" },
		],
		notifications: [{ id: "ntf_1", kind: "order_confirmed", reference: "ord_1" }],
		mails: [{ notification: "ntf_1", to: "a@example.com" }],
		purchases: [
			{
				...purchase,
				key: "k1",
				cartId: "cart_1",
				email: "a@example.com",
				answer: { status: 201, body: "", orderId: "ord_1", code: null },
			},
			{
				...purchase,
				key: "k2",
				cartId: "cart_2",
				email: "b@example.com",
				answer: { status: 402, body: "", orderId: null, code: "payment_declined" },
			},
		] as Purchase[],
	};
}

type Shop = ReturnType<typeof sound>;
const check = (shop: Shop) => violationsIn(shop as unknown as Evidence);

test("a sound shop has no violation", (t) => {
	t.deepEqual(check(sound()), []);
});

/** One wrong thing each, the rule that must find it, and what the finding must name. */
const WRONG: [what: string, rule: string, names: RegExp, wrong: (shop: Shop) => void][] = [
	[
		"an order that is stuck",
		"no overdue saga",
		/ord_1 is committed/,
		({ orders }) => Object.assign(orders[0]!, { saga: "committed", nextAttemptAt: "2026" }),
	],
	[
		"a payment that took less",
		"captured - refunded == total of the paid order",
		/due 1250.* keeps 1000/,
		({ payments }) => Object.assign(payments[0]!, { captured: 1_000 }),
	],
	[
		"a failed order whose money was kept",
		"captured - refunded == total of the paid order",
		/ord_2 .* due 0.* keeps 5/,
		({ payments }) => Object.assign(payments[1]!, { captured: 5 }),
	],
	[
		"a second capture at the provider",
		"exactly one capture per paid order at the provider",
		/ord_1 .* 2 captures of 2500/,
		({ charges }) => charges.push({ ...charges[0]! }),
	],
	[
		"a capture that is missing at the provider",
		"exactly one capture per paid order at the provider",
		/ord_1 .* 0 captures/,
		({ charges }) => charges.pop(),
	],
	[
		"money that stays blocked",
		"exactly one capture per paid order at the provider",
		/pi_2 still holds/,
		({ intents }) => Object.assign(intents[1]!, { status: "requires_capture" }),
	],
	[
		"money for an order that does not exist",
		"no money without an order",
		/pi_1 .* ord_9/,
		({ intents }) => Object.assign(intents[0]!.metadata, { order: "ord_9" }),
	],
	[
		"stock that was sold twice",
		"initial == available + held + sold",
		/A began with 10: 6 available/,
		({ variants }) => Object.assign(variants[0]!, { onHand: 6 }),
	],
	[
		"stock that was oversold",
		"initial == available + held + sold",
		/A is oversold: -1/,
		({ variants, initial }) => {
			Object.assign(variants[0]!, { onHand: -1 });
			initial.set("A", 1);
		},
	],
	[
		"a hold that nobody gives back",
		"nothing held for an order that is over",
		/holds 1 for ord_2, which is failed/,
		({ variants }) =>
			Object.assign(variants[0]!, { onHand: 9, reserved: 1, holds: [{ reference: "ord_2", quantity: 1 }] }),
	],
	[
		"a ledger with an entry too few",
		"the ledger sums to zero",
		/pay_1 has entries that sum to 1250/,
		({ payments }) => payments[0]!.ledger.pop(),
	],
	[
		"an event that never left",
		"outboxes empty",
		/orders\/ord_1\/6\/0/,
		({ waiting }) => waiting.push({ store: "order.orders", event: "orders/ord_1/6/0" }),
	],
	[
		"an event that was given up",
		"no dead letters",
		/ord_1\/6\/0 is a dead letter of order.ship: Error: away/,
		({ letters, events }) =>
			letters.push({ service: "order", consumer: "ship", event: { id: events[0]!.id }, error: "Error: away\n at x" }),
	],
	[
		"an event that was lost",
		"an event if and only if the state changed",
		/ord_1 is confirmed, and there are 0 order.confirmed/,
		({ events }) => events.shift(),
	],
	[
		"an event without its change",
		"an event if and only if the state changed",
		/ord_2 is failed, and there are 1 order.confirmed/,
		({ events }) => events.push({ id: "orders/ord_2/9/0", name: "order.confirmed", aggregate: "ord_2" }),
	],
	[
		"two mails of one kind",
		"at most one mail per order and kind",
		/order_confirmed ord_1 was mailed as ntf_1, ntf_2/,
		({ notifications, mails }) => {
			notifications.push({ ...notifications[0]!, id: "ntf_2" });
			mails.push({ notification: "ntf_2", to: "a@example.com" });
		},
	],
	[
		"two orders of one request",
		"every buyer was told the truth, once",
		/k1 made 2 orders/,
		({ orders }) => Object.assign(orders[1]!, { cartId: "cart_1" }),
	],
	[
		"a paid order whose buyer was told it was declined",
		"every buyer was told the truth, once",
		/ord_1 is paid, but its buyer was told payment_declined/,
		({ purchases }) => Object.assign(purchases[0]!, { answer: purchases[1]!.answer }),
	],
	[
		"a buyer without an answer",
		"every buyer was told the truth, once",
		/k1 had no definite answer/,
		({ purchases }) => Object.assign(purchases[0]!, { answer: null }),
	],
	[
		"a refusal that a good cart cannot have",
		"every buyer was told the truth, once",
		/k2 was refused as cart_not_open/,
		({ purchases }) => Object.assign(purchases[1]!.answer!, { code: "cart_not_open" }),
	],
];

for (const [what, rule, names, wrong] of WRONG) {
	test(`${what} is found and named`, (t) => {
		const shop = sound();
		wrong(shop);
		const found = check(shop).filter((violation) => violation.rule === rule);
		t.true(
			found.some(({ subject, detail }) => names.test(`${subject} ${detail}`)),
			JSON.stringify(check(shop)),
		);
	});
}

test("every rule has a shop that breaks it", (t) => {
	const covered = new Set(WRONG.map(([, rule]) => rule));
	t.deepEqual(
		[...RULES].filter((rule) => !covered.has(rule)),
		[],
	);
});
