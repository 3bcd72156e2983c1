import { back, type Wrong } from "./sound.ts";

export const requests: Wrong[] = [
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
];
