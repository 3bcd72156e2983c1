import type { Wrong } from "./sound.ts";

export const money: Wrong[] = [
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
		"a ledger with an entry too few",
		"the ledger sums to zero",
		/pay_1 has entries that sum to 1250/,
		({ payments }) => payments[0]!.ledger.pop(),
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
];
