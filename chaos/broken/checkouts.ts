import type { Wrong } from "./sound.ts";

export const checkouts: Wrong[] = [
	[
		"an order that is stuck",
		"no overdue saga",
		/ord_1 is committed/,
		({ orders }) => Object.assign(orders[0]!, { saga: "committed", nextAttemptAt: "2026" }),
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
];
