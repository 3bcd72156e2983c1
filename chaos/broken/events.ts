import type { Wrong } from "./sound.ts";

export const events: Wrong[] = [
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
