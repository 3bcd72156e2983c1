import { mongo } from "mongoose";
import type { OrderState } from "../services/order/domain.ts";
import type { Payment } from "../services/payment/domain.ts";
import type { VariantState } from "../services/product/model.ts";
import type { Buyers } from "./buyers/buyers.ts";
import { pause } from "./buyers/client.ts";
import type { Cluster } from "./cluster.ts";
import type { Remains } from "./ending.ts";
import { readMails } from "./mails.ts";
import type { Evidence } from "./rules/rule.ts";
import { Streams } from "./streams.ts";
import { paypalDeals, stripeDeals, type TillState } from "./tills.ts";

/** Where outboxes are. */
const STORES = [
	["cart", "carts"],
	["order", "orders"],
	["payment", "payments"],
	["payment", "webhooks"],
	["product", "products"],
	["product", "variants"],
	["shipping", "shipments"],
	["shipping", "webhooks"],
	["notification", "notifications"],
] as const;

/** Milliseconds: no evidence is gathered when an order's deadline is so near that it would change meanwhile. */
const NEAR = 3_000;
const NEAR_FOR_LONG = 20_000;

const inside = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

/** Orders that are under way; one that waits for its buyer is not, until its deadline. */
const unfinished = (until: string) => ({
	$or: [
		{ saga: { $nin: ["confirmed", "failed", "cancelled", "awaiting_buyer"] } },
		{ saga: { $ne: "awaiting_buyer" }, nextAttemptAt: { $ne: null } },
		{ saga: "awaiting_buyer", expiresAt: { $lte: until } },
	],
});

interface Event {
	id: string;
	name: string;
	aggregate: string;
}

interface Doc {
	_id: string;
	[field: string]: unknown;
}

/** Reads the shop from outside: its databases, its streams, its providers. */
export class Witness {
	readonly #cluster: Cluster;
	readonly #client: mongo.MongoClient;
	readonly #events = new Map<string, Event>();
	readonly #mails = new Map<string, { notification: string; to: string }>();
	readonly #streams: Streams;

	constructor(cluster: Cluster) {
		this.#cluster = cluster;
		this.#streams = new Streams(cluster.natsUrl);
		this.#client = new mongo.MongoClient(cluster.databaseUrl, { serverSelectionTimeoutMS: 3_000, maxPoolSize: 4 });
	}

	collection(service: string, name: string): mongo.Collection<Doc> {
		return this.#client.db(`${this.#cluster.namespace}-${service}`).collection<Doc>(name);
	}

	/** How many orders are not final, and how many outboxes hold events from before a time, RFC 3339. */
	async unsettled(before: string): Promise<{ orders: number; outboxes: number }> {
		const orders = await this.collection("order", "orders").countDocuments(unfinished(inside(0)));
		const waiting = await Promise.all(
			STORES.map(([service, name]) =>
				this.collection(service, name).countDocuments({ "outbox.at": { $lt: before } }, { limit: 100 }),
			),
		);
		return { orders, outboxes: waiting.reduce((sum, count) => sum + count, 0) };
	}

	/** Waits until no order is about to end by its deadline, which is ten minutes after it was made; not for ever. */
	async untilNoDeadlineIsNear(): Promise<void> {
		const orders = this.collection("order", "orders");
		const end = Date.now() + NEAR_FOR_LONG;
		while (Date.now() < end && (await orders.countDocuments(unfinished(inside(NEAR)))) > 0) await pause(200);
	}

	/** Everything as it is now. @param before events that wait since then wait for too long */
	async evidence(buyers: Buyers, initial: ReadonlyMap<string, number>, before: string): Promise<Evidence> {
		// A mail that is there already was meant by a notification.
		await readMails(this.#cluster.sandbox("smtp"), this.#mails);
		const at = inside(0);
		const [orders, payments, variants, notifications, waiting, stripe, paypal, letters] = await Promise.all([
			this.#all("order", "orders", { forgetAt: null }),
			this.#all("payment", "payments"),
			this.#all("product", "variants"),
			this.#all("notification", "notifications"),
			this.#waiting(before),
			stateOf(this.#cluster.sandbox("stripe")),
			stateOf(this.#cluster.sandbox("paypal")),
			this.#letters(),
		]);
		// An event that has left its outbox by now is in the stream.
		await this.followEvents();
		return {
			at,
			orders: orders as unknown as OrderState[],
			payments: payments as unknown as Payment[],
			variants: variants as unknown as VariantState[],
			initial,
			deals: [...stripeDeals(stripe), ...paypalDeals(paypal)],
			waiting,
			letters,
			events: [...this.#events.values(), ...orders.flatMap(({ outbox = [] }) => outbox as Event[])],
			notifications: notifications as unknown as Evidence["notifications"],
			mails: [...this.#mails.values()],
			purchases: buyers.purchases,
		};
	}

	/** What events alone led to. */
	async remains({ variants }: Evidence): Promise<Remains> {
		const shipments = await this.#all("shipping", "shipments");
		const movements: [string, never[]][] = [];
		for (const { id } of variants) {
			const entries = await this.collection("product", "movements")
				.find({ _id: { $gt: `${id}/`, $lt: `${id}0` } }, { projection: { onHand: 1, settles: 1 } })
				.toArray();
			movements.push([id, entries as never[]]);
		}
		return { shipments: shipments as unknown as Remains["shipments"], movements: new Map(movements) };
	}

	async #all(service: string, name: string, filter: object = {}): Promise<Record<string, unknown>[]> {
		const found = await this.collection(service, name).find(filter).toArray();
		return found.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
	}

	async #waiting(before: string): Promise<Evidence["waiting"]> {
		const found = await Promise.all(
			STORES.map(async ([service, name]) => {
				const documents = await this.collection(service, name)
					.find({ "outbox.at": { $lt: before } }, { projection: { outbox: 1 }, limit: 20 })
					.toArray();
				const events = documents.flatMap(({ outbox }) => outbox as { id: string; at: string }[]);
				return events
					.filter((event) => event.at < before)
					.map(({ id }) => ({ store: `${service}.${name}`, event: id }));
			}),
		);
		return found.flat();
	}

	/** Keeps the events of orders that were ever seen, as the stream may be deleted afterwards. @param url of another server with them */
	async followEvents(url?: string): Promise<void> {
		const { namespace } = this.#cluster;
		const streams = url ? new Streams(url) : this.#streams;
		const events = await streams.read<Event>(`${namespace}_EVENTS`, `${namespace}.event.order.>`);
		for (const { id, name, aggregate } of events) this.#events.set(id, { id, name, aggregate });
		if (url) await streams.close();
	}

	#letters(): Promise<Evidence["letters"]> {
		const { namespace } = this.#cluster;
		return this.#streams.read(`${namespace}_DEAD_LETTERS`, `${namespace}.dead.>`);
	}

	async close(): Promise<void> {
		await this.#client.close();
		await this.#streams.close();
	}
}

async function stateOf(url: string): Promise<TillState> {
	return (await (await fetch(`${url}/_sandbox/state`)).json()) as TillState;
}
