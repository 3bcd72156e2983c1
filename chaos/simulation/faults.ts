import type { Clock, Zone } from "./clock.ts";
import { zone } from "./clock.ts";
import type { Random } from "./random.ts";

/** How often things go wrong, each a probability for one occasion. */
export interface Rates {
	/** A store does not answer: before it did anything, or after. */
	store: number;
	/** A request or its answer is lost. */
	message: number;
	/** A provider fails before it did anything, or does what it is asked and does not answer. */
	provider: number;
	/** The process ends at a boundary: before or after something became durable. */
	crash: number;
	/** An event is delivered once more, an acknowledgement is lost, the bus refuses a publication. */
	bus: number;
}

/** How often what a process asked for before it ended is done after its end. */
const ON_THE_WIRE = 0.4;

/** The process that did this has ended. */
export class Ended extends Error {
	override name = "Ended";
}

/** Where things take time and go wrong. */
export class Faults {
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #rates: Rates;
	readonly #crash: (zone: Zone, where: string) => void;
	/** What happened, in order: two runs of one seed have the same. */
	readonly trace: string[] = [];
	readonly #names = new Map<string, string>();
	/** Milliseconds after its end until which what a process asked for may arrive: as if a machine had stood still with it. */
	latest = 20_000;
	/** After this nothing goes wrong any more, so that what has begun can end. */
	calm = false;

	constructor(clock: Clock, random: Random, rates: Rates, crash: (zone: Zone, where: string) => void) {
		this.#clock = clock;
		this.#random = random;
		this.#rates = rates;
		this.#crash = crash;
	}

	note(what: string): void {
		// Ids differ from run to run; what they name does not.
		const named = what.replace(/[a-z]{3}_[0-9a-f]{32}/g, (id) => this.#nameOf(id));
		this.trace.push(`${this.#clock.elapsed} ${named}`);
	}

	#nameOf(id: string): string {
		const known = this.#names.get(id) ?? `${id.slice(0, 4)}${this.#names.size + 1}`;
		this.#names.set(id, known);
		return known;
	}

	strikes(kind: keyof Rates): boolean {
		return !this.calm && this.#random.chance(this.#rates[kind]);
	}

	/** Waits a while and ends with the process it waits for. */
	async pass(low: number, high: number): Promise<void> {
		const mine = zone();
		await this.#clock.sleep(this.#random.between(low, high));
		if (mine && !mine.alive) throw new Ended(`${mine.service} has ended`);
	}

	/** Ends the process here, now and then. */
	boundary(where: string): void {
		const mine = zone();
		if (!mine || !this.strikes("crash")) return;
		this.#crash(mine, where);
		throw new Ended(`${mine.service} has ended ${where}`);
	}

	/**
	 * Something that takes effect elsewhere: it may never get there, take effect and not be answered, or the process that
	 * asked may end on either side of it.
	 * @param broken the error of one that is not answered
	 */
	async effect<R>(
		kind: "store" | "provider",
		what: string,
		time: [number, number],
		broken: () => Error,
		apply: () => R,
	): Promise<R> {
		const mine = zone();
		await this.#clock.sleep(this.#random.between(...time));
		if (mine && !mine.alive) this.#endedBefore(mine, what, apply);
		if (mine && this.strikes("crash")) {
			const before = `before ${what}`;
			this.#crash(mine, before);
			this.#endedBefore(mine, what, apply);
		}
		if (this.strikes(kind)) {
			this.note(`${what} did not get there`);
			throw broken();
		}
		const result = apply();
		this.note(what);
		this.boundary(`after ${what}`);
		await this.pass(...time);
		if (this.strikes(kind)) {
			this.note(`${what} was not answered`);
			throw broken();
		}
		return result;
	}

	/** What was on the wire when a process ended arrives or does not: at once, or long after others have gone on. */
	#endedBefore({ service }: Zone, what: string, apply: () => unknown): never {
		if (!this.calm && this.#random.chance(ON_THE_WIRE)) {
			const late = this.#random.between(0, this.#random.chance(0.5) ? 50 : this.latest);
			void this.#clock
				.sleep(late)
				.then(apply)
				.then(() => this.note(`${what} of a process that has ended`))
				.catch((error) => this.note(`${what} of a process that has ended was refused: ${error.message}`));
		}
		throw new Ended(`${service} has ended`);
	}
}
