import test from "ava";
import type { Answer, Purchase, Request } from "./buyers/purchase.ts";
import { type Evidence, RULES, violationsIn } from "./invariants.ts";

const TOTAL = { amount: 1_250, currency: "USD" };

const NOW = "2026-01-01T00:05:00.000Z";
const DEADLINE = "2026-01-01T00:10:00.000Z";

const said = (type: string) => ({ id: 1, at: NOW, type, message: "" });
const entry = (payment: string, n: number, account: string, amount: number) => ({
	id: `${payment}/${n}`,
	account,
	amount,
});
const back = (id: string, amount: number) => ({
	id,
	amount: { amount, currency: "USD" },
	reason: "Scratched",
	done: true,
});
const sent = (id: string, amount: number) => ({ id, key: "", providerId: `re_${id}`, amount, status: "succeeded" });
const ok = (
	status: number,
	orderId: string | null,
	orderStatus: string | null,
	code: string | null = null,
): Answer => ({
	status,
	body: JSON.stringify({ refunds: [back("ref_part", 400)] }),
	orderId,
	orderStatus,
	code,
});
const request = (what: Request["what"], answer: Answer, amount = 0): Request => ({
	what,
	method: "POST",
	path: "",
	headers: {},
	amount,
	tries: 1,
	answer,
});

/**
 * A shop that sold one thing to one buyer and refused another's card, took a third one's order back, gave a fourth one a part of
 * the money by PayPal, and waits for a fifth, as it should be.
 */
function sound() {
	const order = {
		id: "ord_1",
		cartId: "cart_1",
		email: "a@example.com",
		status: "confirmed",
		saga: "confirmed",
		nextAttemptAt: null as string | null,
		expiresAt: DEADLINE,
		attempts: 0,
		items: [{ sku: "A", quantity: 2 }],
		totals: { total: TOTAL },
		refunds: [] as ReturnType<typeof back>[],
		failure: null,
		timeline: [said("order.confirmed")],
		payment: { id: "pay_1", provider: "stripe", status: "captured" },
	};
	const of = (n: number, given: object, payment: object) => ({
		...order,
		id: `ord_${n}`,
		cartId: `cart_${n}`,
		email: `${n}@example.com`,
		...given,
		payment: { ...order.payment, id: `pay_${n}`, ...payment },
	});
	const purchase = {
		fault: "none",
		cartToken: "",
		means: "card",
		visit: "comes back",
		wish: "nothing",
		wanted: [],
		tries: 1,
		left: false,
		outcome: "confirmed",
		requests: [] as Request[],
	};
	const bought = (n: number, given: object) => ({
		...purchase,
		key: `k${n}`,
		cartId: `cart_${n}`,
		email: `${n}@example.com`,
		answer: ok(201, `ord_${n}`, "confirmed"),
		...given,
	});
	const taken = [entry("pay", 0, "cash:stripe", 1_250), entry("pay", 1, "sales", -1_250)];
	const payment = {
		id: "pay_1",
		status: "captured",
		captured: 1_250,
		refunded: 0,
		ledger: taken,
		refunds: [] as object[],
	};
	const returned = (amount: number) => [
		...taken,
		entry("pay", 2, "cash:paypal", -amount),
		entry("pay", 3, "sales", amount),
	];
	const nothing = { captured: 0, ledger: [] };
	const deal = {
		provider: "stripe",
		held: 0,
		captures: [] as number[],
		refunds: [] as { id: string; amount: number }[],
	};
	return {
		at: NOW,
		orders: [
			order,
			of(2, { saga: "failed", status: "payment_failed", timeline: [] }, { status: "failed" }),
			of(3, { saga: "cancelled", status: "cancelled" }, { status: "refunded" }),
			of(
				4,
				{ status: "partially_refunded", refunds: [back("ref_part", 400)] },
				{ provider: "paypal", status: "partially_refunded" },
			),
			of(
				5,
				{ saga: "awaiting_buyer", status: "requires_action", timeline: [], nextAttemptAt: DEADLINE },
				{ status: "requires_action" },
			),
		],
		payments: [
			payment,
			{ ...payment, ...nothing, id: "pay_2", status: "failed" },
			{
				...payment,
				id: "pay_3",
				status: "refunded",
				refunded: 1_250,
				ledger: returned(1_250),
				refunds: [sent("ref_3", 1_250)],
			},
			{
				...payment,
				id: "pay_4",
				status: "partially_refunded",
				refunded: 400,
				ledger: returned(400),
				refunds: [sent("ref_part", 400)],
			},
			{ ...payment, ...nothing, id: "pay_5", status: "requires_action" },
		],
		variants: [
			{ id: "var_1", sku: "A", onHand: 6, reserved: 2, holds: [{ reference: "ord_5", quantity: 2 }] as object[] },
		],
		initial: new Map([["A", 10]]),
		deals: [
			{ ...deal, id: "pi_1", payment: "pay_1", captures: [1_250] },
			{ ...deal, id: "pi_2", payment: "pay_2" },
			{ ...deal, id: "pi_3", payment: "pay_3", captures: [1_250], refunds: [{ id: "ref_3", amount: 1_250 }] },
			{
				...deal,
				provider: "paypal",
				id: "PP4",
				payment: "pay_4",
				captures: [1_250],
				refunds: [{ id: "ref_part", amount: 400 }],
			},
			{ ...deal, id: "pi_5", payment: "pay_5" },
		],
		waiting: [] as Evidence["waiting"],
		letters: [] as Evidence["letters"],
		events: [
			{ id: "orders/ord_1/6/0", name: "order.confirmed", aggregate: "ord_1" },
			{ id: "orders/ord_2/4/0", name: "order.payment_failed", aggregate: "ord_2" },
			{ id: "orders/ord_3/6/0", name: "order.confirmed", aggregate: "ord_3" },
			{ id: "orders/ord_3/8/0", name: "order.cancelled", aggregate: "ord_3" },
			{ id: "orders/ord_4/6/0", name: "order.confirmed", aggregate: "ord_4" },
			{ id: "orders/ord_4/8/0", name: "order.refunded", aggregate: "ord_4" },
		],
		notifications: [
			{ id: "ntf_1", kind: "order_confirmed", reference: "ord_1" },
			{ id: "ntf_3", kind: "order_cancelled", reference: "ord_3" },
			{ id: "ntf_4", kind: "order_refunded", reference: "ref_part" },
		],
		mails: [{ notification: "ntf_1", to: "a@example.com" }],
		purchases: [
			bought(1, { email: "a@example.com" }),
			bought(2, { means: "declined", answer: ok(402, null, null, "payment_declined"), outcome: null }),
			bought(3, { wish: "cancel", requests: [request("cancel", ok(200, "ord_3", "cancelled"))] }),
			bought(4, {
				means: "paypal",
				wish: "refund part",
				answer: ok(201, "ord_4", "requires_action"),
				requests: [
					request("resume", ok(200, "ord_4", "confirmed")),
					request("refund", ok(201, "ord_4", "partially_refunded"), 400),
				],
			}),
			bought(5, {
				means: "challenged",
				visit: "walks away",
				answer: ok(201, "ord_5", "requires_action"),
				outcome: "requires_action",
			}),
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
		"captured - refunded == what is due",
		/due 1250.* keeps 1000/,
		({ payments }) => Object.assign(payments[0]!, { captured: 1_000 }),
	],
	[
		"a failed order whose money was kept",
		"captured - refunded == what is due",
		/ord_2 .* due 0.* keeps 5/,
		({ payments }) => Object.assign(payments[1]!, { captured: 5 }),
	],
	[
		"a second capture at the provider",
		"exactly one capture per paid order at the provider",
		/ord_1 .* 2 captures of 2500/,
		({ deals }) => deals[0]!.captures.push(1_250),
	],
	[
		"a capture that is missing at the provider",
		"exactly one capture per paid order at the provider",
		/ord_1 .* 0 captures/,
		({ deals }) => deals[0]!.captures.pop(),
	],
	[
		"money that stays blocked",
		"exactly one capture per paid order at the provider",
		/ord_2 is failed, and pi_2 still holds 1250/,
		({ deals }) => Object.assign(deals[1]!, { held: 1_250 }),
	],
	[
		"money for an order that does not exist",
		"no money without an order",
		/pi_1 .* pay_9/,
		({ deals }) => Object.assign(deals[0]!, { payment: "pay_9" }),
	],
	[
		"stock that was sold twice",
		"initial == available + held + sold",
		/A began with 10: 2 available/,
		({ variants }) => Object.assign(variants[0]!, { onHand: 4 }),
	],
	[
		"stock that was oversold",
		"initial == available + held + sold",
		/A is oversold: -1/,
		({ variants, initial }) => {
			Object.assign(variants[0]!, { onHand: 1 });
			initial.set("A", 1);
		},
	],
	[
		"a hold that nobody gives back",
		"nothing held for an order that is over",
		/holds 1 for ord_2, which is failed/,
		({ variants }) => variants[0]!.holds.push({ reference: "ord_2", quantity: 1 }),
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
	[
		"a good card that was declined",
		"every buyer was told the truth, once",
		/k2 was refused as payment_declined \(402\) with card/,
		({ purchases }) => Object.assign(purchases[1]!, { means: "card" }),
	],
	[
		"an order that failed although its buyer approved",
		"every buyer was told the truth, once",
		/ord_4 was told to be confirmed, but is failed/,
		({ orders }) => Object.assign(orders[3]!, { saga: "failed", timeline: [] }),
	],
	[
		"a payment that its buyer refused",
		"every buyer was told the truth, once",
		/ord_4 was paid although its buyer refused/,
		({ purchases }) => Object.assign(purchases[3]!, { visit: "refuses" }),
	],
	[
		"a buyer who approved and never heard of it",
		"every buyer was told the truth, once",
		/ord_4 is confirmed, and its buyer never heard/,
		({ purchases }) => Object.assign(purchases[3]!, { outcome: null }),
	],
	[
		"an order that waits for its buyer after its deadline",
		"no overdue saga",
		/ord_5 waits for its buyer at .*00:10:10.*, whose time was over/,
		(shop) => Object.assign(shop, { at: "2026-01-01T00:10:10.000Z" }),
	],
	[
		"an order that waits although its buyer has approved",
		"who waits for a buyer has the goods and no money",
		/ord_5 waits for its buyer, who has decided/,
		({ purchases }) => Object.assign(purchases[4]!, { visit: "comes back" }),
	],
	[
		"an order that waits without its goods",
		"who waits for a buyer has the goods and no money",
		/ord_5 waits for its buyer, and A is not held/,
		({ variants }) => variants[0]!.holds.pop(),
	],
	[
		"an order that waits for its buyer and is paid",
		"who waits for a buyer has the goods and no money",
		/ord_5 .* its payment is authorized/,
		({ payments }) => Object.assign(payments[4]!, { status: "authorized" }),
	],
	[
		"money that is blocked while the shop waits for the buyer",
		"exactly one capture per paid order at the provider",
		/ord_5 is awaiting_buyer, and pi_5 still holds 1250/,
		({ deals }) => Object.assign(deals[4]!, { held: 1_250 }),
	],
	[
		"a second capture of a cancelled order",
		"exactly one capture per paid order at the provider",
		/ord_3 .* 2 captures of 2500/,
		({ deals }) => deals[2]!.captures.push(1_250),
	],
	[
		"a payment at another provider than the one chosen",
		"exactly one capture per paid order at the provider",
		/ord_4 is to be paid by paypal, and PP4 is at stripe/,
		({ deals }) => Object.assign(deals[3]!, { provider: "stripe" }),
	],
	[
		"a cancelled order whose money was kept",
		"captured - refunded == what is due",
		/ord_3 is cancelled and due 0.* keeps 1250/,
		({ payments }) => Object.assign(payments[2]!, { refunded: 0 }),
	],
	[
		"a refund that the payment does not have",
		"captured - refunded == what is due",
		/ord_4 is confirmed and due 850.* keeps 1250/,
		({ payments }) => Object.assign(payments[3]!, { refunded: 0 }),
	],
	[
		"a refunded order that says it is not",
		"an order says what became of its money",
		/ord_4 refunded 400 and says confirmed/,
		({ orders }) => Object.assign(orders[3]!, { status: "confirmed" }),
	],
	[
		"an order that says it was refunded and was not",
		"an order says what became of its money",
		/ord_1 refunded nothing and says refunded/,
		({ orders }) => Object.assign(orders[0]!, { status: "refunded" }),
	],
	[
		"a cancelled order that says it is confirmed",
		"an order says what became of its money",
		/ord_3 is cancelled and says confirmed/,
		({ orders }) => Object.assign(orders[2]!, { status: "confirmed" }),
	],
	[
		"a refund that was made twice at the provider",
		"what went back went back once at the provider",
		/pay_4 refunded ref_part 400, the provider ref_part 400, ref_part 400/,
		({ deals }) => deals[3]!.refunds.push({ id: "ref_part", amount: 400 }),
	],
	[
		"a cancelled order whose money the provider kept",
		"what went back went back once at the provider",
		/pay_3 refunded ref_3 1250, the provider nothing/,
		({ deals }) => deals[2]!.refunds.pop(),
	],
	[
		"a cancelled order that was given back in part",
		"what went back went back once at the provider",
		/ord_3 is cancelled and owes 1250, its payment refunded ref_3 1000/,
		({ payments }) => Object.assign(payments[2]!, { refunds: [sent("ref_3", 1_000)] }),
	],
	[
		"a refund that its order does not know",
		"what went back went back once at the provider",
		/ord_4 is confirmed and does not know of the refund ref_part 400/,
		({ orders }) => Object.assign(orders[3]!, { refunds: [] }),
	],
	[
		"stock of a cancelled order that did not come back",
		"initial == available + held + sold",
		/A began with 10: 2 available/,
		({ variants }) => Object.assign(variants[0]!, { onHand: 4 }),
	],
	[
		"stock of a cancelled order that came back twice",
		"initial == available + held + sold",
		/A began with 10: 6 available/,
		({ variants }) => Object.assign(variants[0]!, { onHand: 8 }),
	],
	[
		"a cancellation that was granted and did not happen",
		"who cancelled or refunded was told the truth",
		/ord_3 was told to be cancelled, but is confirmed/,
		({ orders }) => Object.assign(orders[2]!, { saga: "confirmed" }),
	],
	[
		"a cancellation that was granted before it happened",
		"who cancelled or refunded was told the truth",
		/ord_3 was answered 200 to its cancellation, and is confirmed/,
		({ purchases }) => Object.assign(purchases[2]!.requests[0]!.answer!, { orderStatus: "confirmed" }),
	],
	[
		"a cancellation that was refused and happened",
		"who cancelled or refunded was told the truth",
		/ord_3 is cancelled, but its buyer was told transition_not_allowed/,
		({ purchases }) =>
			Object.assign(purchases[2]!.requests[0]!.answer!, { status: 409, code: "transition_not_allowed" }),
	],
	[
		"a cancellation without an answer",
		"who cancelled or refunded was told the truth",
		/ord_3 had no definite answer to its cancel/,
		({ purchases }) => Object.assign(purchases[2]!.requests[0]!, { answer: null }),
	],
	[
		"a refund that was granted and is not there",
		"who cancelled or refunded was told the truth",
		/ord_4 was answered 201 to a refund of 400/,
		({ orders }) => Object.assign(orders[3]!.refunds[0]!, { done: false }),
	],
	[
		"a refund that was refused without a reason",
		"who cancelled or refunded was told the truth",
		/ord_4 is confirmed, and 400 could not be refunded/,
		({ purchases }) =>
			Object.assign(purchases[3]!.requests[1]!.answer!, { status: 409, code: "transition_not_allowed" }),
	],
	[
		"an approved order that could not go on",
		"who cancelled or refunded was told the truth",
		/ord_4 could not be gone on with: payment_declined/,
		({ purchases }) => Object.assign(purchases[3]!.requests[0]!.answer!, { status: 402, code: "payment_declined" }),
	],
	[
		"a refund that nobody asked for",
		"nothing is cancelled or refunded that nobody asked for",
		/ord_1 says that 1 went back, 0 were asked for/,
		({ orders }) => orders[0]!.refunds.push(back("ref_x", 1)),
	],
	[
		"a cancellation that nobody asked for",
		"nothing is cancelled or refunded that nobody asked for",
		/ord_3 is cancelled, and nobody asked for it/,
		({ purchases }) => Object.assign(purchases[2]!, { requests: [] }),
	],
	[
		"a cancellation that nobody was told of",
		"an event if and only if the state changed",
		/ord_3 is cancelled, and there are 0 order.cancelled/,
		({ events }) => events.splice(3, 1),
	],
	[
		"a refund that was told twice",
		"an event if and only if the state changed",
		/ord_4 is confirmed, and there are 2 order.refunded/,
		({ events }) => events.push({ ...events[5]!, id: "orders/ord_4/9/0" }),
	],
	[
		"a mail about a cancellation that was none",
		"no mail says what is not so",
		/ord_1 is confirmed, and its buyer reads order_cancelled of ord_1/,
		({ notifications }) => notifications.push({ id: "ntf_9", kind: "order_cancelled", reference: "ord_1" }),
	],
	[
		"a mail about a refund that was none",
		"no mail says what is not so",
		/ntf_9 says order_refunded of ref_9, which no order knows/,
		({ notifications }) => notifications.push({ id: "ntf_9", kind: "order_refunded", reference: "ref_9" }),
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
