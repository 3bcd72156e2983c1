import type { ServiceBroker } from "moleculer";
import type { Caller } from "../../runtime/action.ts";
import { configure, readSettings } from "../../runtime/config.ts";
import { type Relay, relay } from "../../runtime/events/relay.ts";
import { log } from "../../runtime/log.ts";
import type { Host, ServiceDefinition } from "../../runtime/service.ts";
import cart from "../../services/cart/cart.service.ts";
import { forgetCarts } from "../../services/cart/model.ts";
import notification from "../../services/notification/notification.service.ts";
import { openProviders as openPost } from "../../services/notification/providers/index.ts";
import order from "../../services/order/order.service.ts";
import { scanner } from "../../services/order/scan.ts";
import { forgetAll } from "../../services/payment/model.ts";
import payment from "../../services/payment/payment.service.ts";
import { openProviders as openTills } from "../../services/payment/providers/index.ts";
import { forgetProducts } from "../../services/product/catalogue.ts";
import { openLedger } from "../../services/product/ledger.ts";
import product from "../../services/product/product.service.ts";
import { startSweeper } from "../../services/product/sweeper.ts";
import { forgetSkus } from "../../services/product/variants.ts";
import { easypost } from "../../services/shipping/providers/easypost.ts";
import shipping from "../../services/shipping/shipping.service.ts";
import { SimulatedBroker } from "./broker.ts";
import { SimulatedBus } from "./bus.ts";
import { simulatedCarriers } from "./carrier.ts";
import { Clock, within, type Zone, zone } from "./clock.ts";
import { SimulatedDatabase, type Watch } from "./database.ts";
import { Faults, type Rates } from "./faults.ts";
import { type Random, random } from "./random.ts";
import { SimulatedStripe } from "./stripe.ts";

const SETTINGS = readSettings(
	{ TOKEN_SECRET: "of the simulation, and long enough for it", LOG_LEVEL: "silent", NAMESPACE: "simulation" },
	() => "",
);

/** Milliseconds until a process that ended is back. */
const RESTART = [600, 4_000] as const;

const SERVICES = [product, cart, order, payment, shipping, notification];
type Name = (typeof SERVICES)[number]["name"];

/**
 * The shop's own services, with their actions, consumers, stores' logic and outboxes, in a world of simulated time, messages,
 * stores and providers. One at a time in a process, as the services are.
 */
export class World {
	readonly clock = new Clock();
	readonly random: Random;
	readonly faults: Faults;
	readonly broker: SimulatedBroker;
	readonly bus: SimulatedBus;
	readonly stripe: SimulatedStripe;
	readonly carriers: ReturnType<typeof simulatedCarriers>;
	readonly databases = new Map<Name, SimulatedDatabase>();
	/** Mails that were taken, by the notification's id. */
	readonly mails = new Set<string>();
	/** What was seen to be wrong while it happened. */
	readonly violations: string[] = [];
	readonly #zones = new Map<string, Zone>();
	readonly #relays = new Map<string, Relay>();
	readonly #stops = new Map<string, () => unknown>();
	readonly #sole: boolean;
	readonly #watch: Watch;

	constructor(seed: number, rates: Rates, watch: (world: World) => Watch) {
		this.random = random(seed);
		// One process of each service runs at a time, so its memory may or may not be taken for the store.
		this.#sole = this.random.chance(0.5);
		this.#watch = watch(this);
		this.faults = new Faults(this.clock, this.random, rates, (of, where) => this.#crash(of, where));
		// A store that belongs to one process ends with it.
		if (this.#sole) this.faults.latest = RESTART[0];
		const running = (service: string) => {
			const found = this.#zones.get(service);
			return found?.alive ? found : undefined;
		};
		this.broker = new SimulatedBroker(this.clock, this.faults, running);
		this.bus = new SimulatedBus(this.clock, this.random, this.faults, running);
		const asStripe = this.broker.caller();
		this.stripe = new SimulatedStripe(this.clock, this.random, this.faults, (hint) =>
			Promise.resolve(
				asStripe.call(
					"payment.webhook",
					{ provider: "stripe", body: JSON.stringify(hint), headers: {}, url: "" },
					{ retries: 0 },
				),
			),
		);
		this.carriers = simulatedCarriers(this.faults);
		for (const { name } of SERVICES) this.databases.set(name, new SimulatedDatabase(this.faults, this.#watch));
	}

	async start(): Promise<void> {
		configure(SETTINGS);
		log(SETTINGS.LOG_LEVEL);
		Object.assign(easypost, this.carriers);
		for (const definition of SERVICES) {
			this.broker.keep(definition.actions);
			await this.#start(definition);
		}
	}

	/** Ends all processes, and lets what they had begun unwind. */
	async stop(): Promise<void> {
		this.faults.calm = true;
		for (const zone of this.#zones.values()) this.#end(zone);
		await this.clock.run(() => false, 15_000);
	}

	/** The documents of one collection. */
	documents<T>(service: Name, collection: string): T[] {
		return [...(this.databases.get(service) as SimulatedDatabase).collection(collection).documents.values()] as T[];
	}

	/** Events on their way, and those that wait in outboxes. */
	pending(): number {
		let waiting = this.bus.pending + this.stripe.telling;
		for (const database of this.databases.values())
			for (const { documents } of database.collections.values())
				for (const { outbox } of documents.values()) waiting += (outbox as unknown[] | undefined)?.length ?? 0;
		return waiting;
	}

	get allRun(): boolean {
		return SERVICES.every(({ name }) => this.#zones.get(name)?.alive);
	}

	async #start(definition: ServiceDefinition): Promise<void> {
		const { name } = definition;
		const zone: Zone = { service: name, alive: true, skew: this.random.between(-1_500, 1_500) };
		this.#zones.set(name, zone);
		await within(zone, async () => {
			const connection = (this.databases.get(name) as SimulatedDatabase).connection();
			const events = relay(this.bus, { warn: (message) => this.faults.note(message) });
			this.#relays.set(name, events);
			for (const collection of definition.collections ?? []) {
				await collection.open(connection, `${name}.1`, events.wake, this.#sole);
				events.watch(collection);
			}
			await this.#prepare(definition, connection);
			// What must be right at once must not wait for the reconciliation to mend it.
			const consumers = (definition.consumers ?? []).filter((one) => one.name !== "reconcile");
			await this.bus.subscribe(name, consumers, this.broker.caller());
		});
	}

	/** What the service's own `start` does, with the world's providers. */
	async #prepare(
		definition: ServiceDefinition,
		connection: ReturnType<SimulatedDatabase["connection"]>,
	): Promise<void> {
		const { name } = definition;
		if (name === "product") {
			forgetProducts();
			forgetSkus();
			await openLedger(connection);
			const sweeper = startSweeper((message) => this.faults.note(message));
			this.#stops.set(name, () => sweeper.stop());
		} else if (name === "payment") {
			forgetAll();
			openTills({ stripe: { provider: this.stripe, close() {} } });
		} else if (name === "notification") {
			openPost({ mail: this.#post(), messages: { send: () => Promise.reject(new Error("no messages here")) } });
		} else if (name === "order") {
			const scan = scanner(this.broker.caller());
			this.#stops.set(name, () => scan.stop());
		} else if (name === "cart") {
			forgetCarts();
		} else {
			const host = { settings: SETTINGS, broker: this.broker.caller() as unknown as ServiceBroker } as Host;
			await definition.start?.(host);
			this.#stops.set(name, () => definition.stop?.(host));
		}
	}

	#post() {
		return {
			send: ({ id }: { id: string }) =>
				this.faults.effect(
					"provider",
					"send mail",
					[5, 50],
					() => new Error("no greeting"),
					() => {
						const { status } = this.documents<{ _id: string; status: string }>("notification", "notifications").find(
							({ _id }) => _id === id,
						) ?? { status: "unknown" };
						// What a dead process sent arrives when it likes.
						if (zone()?.alive && status !== "queued")
							this.violations.push(`the mail ${id} is sent although it is ${status}`);
						// A mail server drops the second of one message id.
						this.mails.add(id);
					},
				),
			close() {},
		};
	}

	#crash(zone: Zone, where: string): void {
		this.faults.note(`${zone.service} ends ${where}`);
		this.#end(zone);
		const definition = SERVICES.find(({ name }) => name === zone.service) as ServiceDefinition;
		void this.clock.sleep(this.random.between(...RESTART)).then(() => {
			this.faults.note(`${zone.service} is back`);
			return this.#start(definition);
		});
	}

	#end(zone: Zone): void {
		zone.alive = false;
		this.#relays.get(zone.service)?.stop();
		void this.#stops.get(zone.service)?.();
		this.#stops.delete(zone.service);
	}
}

export type { Caller };
