import type { OrderState } from "../../services/order/domain.ts";
import { at, type Rules, refundsOf, wasPaid } from "./rule.ts";

/** The facts of orders, each with how often an order has to tell it. */
const FACTS: Record<string, (order: OrderState) => number> = {
	"order.confirmed": (order) => (wasPaid(order) ? 1 : 0),
	"order.payment_failed": ({ saga }) => (saga === "failed" ? 1 : 0),
	"order.cancelled": ({ saga }) => (saga === "cancelled" ? 1 : 0),
	"order.refunded": (order) => refundsOf(order).length,
};

/** What mails say of an order, each with whether it is so; a mail about a refund names the refund. */
const SAYINGS: Record<string, (order: OrderState, reference: string) => boolean> = {
	order_confirmed: wasPaid,
	order_cancelled: ({ saga }) => saga === "cancelled",
	order_refunded: (order, reference) => refundsOf(order).some(({ id }) => id === reference),
	payment_failed: ({ saga }) => saga === "failed",
};

/** Every fact is told, and none that is not so. */
export const events: Rules = {
	*"outboxes empty"({ waiting }) {
		for (const { store, event } of waiting) yield at(store, `${event} still waits in its outbox`);
	},

	*"no dead letters"({ letters }) {
		for (const { service, consumer, event, error } of letters)
			yield at(event.id, `is a dead letter of ${service}.${consumer}: ${error.split("\n")[0]}`);
	},

	*"an event if and only if the state changed"({ orders, events }) {
		const told = new Map<string, Set<string>>();
		for (const { id, name, aggregate } of events) {
			const ids = told.get(`${name} ${aggregate}`) ?? new Set();
			told.set(`${name} ${aggregate}`, ids.add(id));
		}
		for (const order of orders)
			for (const [name, times] of Object.entries(FACTS)) {
				const count = told.get(`${name} ${order.id}`)?.size ?? 0;
				if (count !== times(order)) yield at(order.id, `is ${order.saga}, and there are ${count} ${name}`);
			}
		const known = new Set(orders.map(({ id }) => id));
		for (const { id, aggregate } of events)
			if (!known.has(aggregate)) yield at(aggregate, `does not exist, but ${id} does`);
	},

	*"at most one mail per order and kind"({ mails, notifications }) {
		const meant = new Map(notifications.map((notification) => [notification.id, notification]));
		const sent = new Map<string, Set<string>>();
		for (const { notification, to } of mails) {
			const known = meant.get(notification);
			if (!known) yield at(notification, `was mailed to ${to}, but there is no such notification`);
			const what = `${known?.kind} ${known?.reference}`;
			const ids = sent.get(what) ?? new Set();
			sent.set(what, ids.add(notification));
		}
		for (const [what, ids] of sent) if (ids.size > 1) yield at(what, `was mailed as ${[...ids].join(", ")}`);
	},

	*"no mail says what is not so"({ orders, notifications }) {
		const byId = new Map(orders.map((order) => [order.id, order]));
		for (const order of orders) for (const { id } of order.refunds) byId.set(id, order);
		for (const { id, kind, reference } of notifications) {
			const isSo = SAYINGS[kind];
			const order = byId.get(reference);
			if (isSo && !order) yield at(id, `says ${kind} of ${reference}, which no order knows`);
			else if (isSo && order && !isSo(order, reference))
				yield at(order.id, `is ${order.saga}, and its buyer reads ${kind} of ${reference}`);
		}
	},
};
