import type { Answer, Purchase, Request } from "../buyers/purchase.ts";
import type { Evidence } from "../rules/rule.ts";

const TOTAL = { amount: 1_250, currency: "USD" };

const NOW = "2026-01-01T00:05:00.000Z";
const DEADLINE = "2026-01-01T00:10:00.000Z";

const said = (type: string) => ({ id: 1, at: NOW, type, message: "" });
const entry = (payment: string, n: number, account: string, amount: number) => ({
	id: `${payment}/${n}`,
	account,
	amount,
});
export const back = (id: string, amount: number) => ({
	id,
	amount: { amount, currency: "USD" },
	reason: "Scratched",
	done: true,
});
export const sent = (id: string, amount: number) => ({
	id,
	key: "",
	providerId: `re_${id}`,
	amount,
	status: "succeeded",
});
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
export function sound() {
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
		sold: true,
		shipments: [] as object[],
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
			of(2, { saga: "failed", status: "payment_failed", sold: false, timeline: [] }, { status: "failed" }),
			of(3, { saga: "cancelled", status: "cancelled" }, { status: "refunded" }),
			of(
				4,
				{ status: "partially_refunded", refunds: [back("ref_part", 400)] },
				{ provider: "paypal", status: "partially_refunded" },
			),
			of(
				5,
				{ saga: "awaiting_buyer", status: "requires_action", sold: false, timeline: [], nextAttemptAt: DEADLINE },
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

export type Shop = ReturnType<typeof sound>;

/** One wrong thing, the rule that must find it, and what the finding must name. */
export type Wrong = [what: string, rule: string, names: RegExp, wrong: (shop: Shop) => void];
