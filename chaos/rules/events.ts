import { at, type Rules } from "./rule.ts";

/** The facts of an order's end, each with the state that it tells of. */
const FACTS: Record<string, string> = { "order.confirmed": "confirmed", "order.payment_failed": "failed" };

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
		for (const { id, saga } of orders)
			for (const [name, follows] of Object.entries(FACTS)) {
				const count = told.get(`${name} ${id}`)?.size ?? 0;
				if (count !== (saga === follows ? 1 : 0)) yield at(id, `is ${saga}, and there are ${count} ${name}`);
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
};
