import type { Caller } from "../../runtime/action.ts";
import type { Bus, Consumer } from "../../runtime/events/consumer.ts";
import type { OutboxEvent } from "../../runtime/store/aggregate.ts";
import { type Clock, within, type Zone } from "./clock.ts";
import { Ended, type Faults } from "./faults.ts";
import type { Random } from "./random.ts";

interface Subscription {
	service: string;
	consumer: Consumer;
	from: Caller;
}

const WINDOW = 120_000;
const broken = () => new Error("no answer from the stream");

/** A durable stream: what it has acknowledged it delivers until it is handled, in any order, late, and more than once. */
export class SimulatedBus implements Bus {
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #faults: Faults;
	readonly #running: (service: string) => Zone | undefined;
	readonly #subscriptions = new Map<string, Subscription[]>();
	/** Everything that was published, by its message id. */
	readonly published = new Map<string, OutboxEvent>();
	readonly #stored = new Map<string, number>();
	#underWay = 0;

	constructor(clock: Clock, random: Random, faults: Faults, running: (service: string) => Zone | undefined) {
		this.#clock = clock;
		this.#random = random;
		this.#faults = faults;
		this.#running = running;
	}

	/** Deliveries that are not handled yet. */
	get pending(): number {
		return this.#underWay;
	}

	async publish(event: OutboxEvent): Promise<void> {
		const copy = structuredClone(event);
		await this.#faults.effect("store", `publish ${event.name}`, [0, 2], broken, () => {
			// A repeat is dropped within the window, and delivered again when it comes after it.
			const known = this.#stored.get(copy.id);
			if (known !== undefined && this.#clock.now - known < WINDOW) return;
			this.#stored.set(copy.id, this.#clock.now);
			this.published.set(copy.id, copy);
			for (const target of this.#subscriptions.get(copy.name) ?? []) {
				this.#deliver(target, copy, 1, this.#delay());
				if (this.#faults.strikes("bus")) this.#deliver(target, copy, 2, this.#delay());
			}
		});
	}

	async subscribe(service: string, consumers: Consumer[], from: Caller): Promise<void> {
		for (const consumer of consumers) {
			const list = (this.#subscriptions.get(consumer.event.name) ?? []).filter(
				(known) => known.service !== service || known.consumer.name !== consumer.name,
			);
			this.#subscriptions.set(consumer.event.name, [...list, { service, consumer, from }]);
		}
	}

	healthy = () => Promise.resolve(true);
	// It delivers until a consumer takes what it got: nothing is ever given up.
	deadLetters = () => Promise.resolve({ letters: [], next: null });
	deadLetter = () => Promise.resolve(null as never);
	handles = () => true;
	replay = () => Promise.resolve();
	drop = () => Promise.resolve();
	close = () => Promise.resolve();

	#delay(): number {
		return this.#random.chance(0.1) ? this.#random.between(200, 5_000) : this.#random.between(0, 20);
	}

	#deliver(target: Subscription, event: OutboxEvent, attempt: number, wait: number): void {
		this.#underWay++;
		void within(undefined, () => this.#clock.sleep(wait)).then(async () => {
			const again = await this.#handled(target, event, attempt);
			this.#underWay--;
			if (again !== null) this.#deliver(target, event, attempt + 1, again);
		});
	}

	/** @returns after how many milliseconds it is to be delivered again; null when it is done */
	async #handled(
		{ service, consumer, from }: Subscription,
		event: OutboxEvent,
		attempt: number,
	): Promise<number | null> {
		const process = this.#running(service);
		if (!process) return 1_000;
		try {
			await within(process, () => consumer.handle({ ...structuredClone(event), attempt: Math.min(attempt, 10) }, from));
			if (process.alive && !this.#faults.strikes("bus")) return null;
			this.#faults.note(`${service}.${consumer.name} was not acknowledged`);
			return 3_000;
		} catch (error) {
			if (!(error instanceof Ended))
				this.#faults.note(`${service}.${consumer.name} failed: ${(error as Error).message}`);
			return Math.min(30_000, 500 * 2 ** Math.min(attempt, 6));
		}
	}
}
