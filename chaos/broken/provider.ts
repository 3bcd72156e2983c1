import { sent, type Wrong } from "./sound.ts";

export const provider: Wrong[] = [
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
];
