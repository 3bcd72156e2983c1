import { Errors } from "moleculer";
import { type Action, type Caller, type Meta, mayRetry } from "../../runtime/action.ts";
import { type Clock, within, type Zone, zone } from "./clock.ts";
import { Ended, type Faults } from "./faults.ts";

interface Options {
	timeout?: number;
	retries?: number;
	meta?: Meta;
}

/**
 * Request and reply between the simulated processes: a request may be lost, or its answer, and a process that has ended
 * answers nobody. What a callee does it goes on doing after its caller has given up.
 */
export class SimulatedBroker {
	readonly #clock: Clock;
	readonly #faults: Faults;
	readonly #running: (service: string) => Zone | undefined;
	readonly #actions = new Map<string, Action>();

	constructor(clock: Clock, faults: Faults, running: (service: string) => Zone | undefined) {
		this.#clock = clock;
		this.#faults = faults;
		this.#running = running;
	}

	keep(actions: Action[]): void {
		for (const action of actions) this.#actions.set(action.contract.name, action);
	}

	/** Whoever asks, with what its request brought along. */
	caller(meta: Meta = {}, level = 1): Caller {
		return {
			call: (name: string, params?: unknown, options?: Record<string, unknown>) =>
				this.#call(name, params, { meta, ...options }, level),
		};
	}

	async #call(name: string, params: unknown, options: Options, level: number): Promise<unknown> {
		for (let retries = options.retries ?? 0; ; retries--) {
			try {
				return await this.#once(name, params, options, level);
			} catch (error) {
				if (retries <= 0 || !mayRetry(error as Error)) throw error;
				await this.#faults.pass(40, 80);
			}
		}
	}

	async #once(name: string, params: unknown, { timeout = 3_000, meta = {} }: Options, level: number): Promise<unknown> {
		const mine = zone();
		const timer = this.#clock.sleep(timeout).then(() => {
			if (mine && !mine.alive) throw new Ended(`${mine.service} has ended`);
			throw new Errors.RequestTimeoutError({ action: name, nodeID: "simulated" });
		});
		timer.catch(() => {});
		const answered = this.#ask(name, params, meta, level);
		answered.catch(() => {});
		const answer = await Promise.race([answered, timer]);
		if (mine && !mine.alive) throw new Ended(`${mine.service} has ended`);
		return answer;
	}

	async #ask(name: string, params: unknown, meta: Meta, level: number): Promise<unknown> {
		const unanswered = new Promise<never>(() => {});
		await this.#faults.pass(0, 3);
		const callee = this.#running(name.slice(0, name.indexOf(".")));
		if (!callee || this.#faults.strikes("message")) {
			this.#faults.note(`${name} was lost`);
			return unanswered;
		}
		const action = this.#actions.get(name);
		if (!action) throw new Error(`the simulation has no ${name}`);
		const own = { ...meta };
		const ctx = { params: structuredClone(params ?? {}), meta: own, level, ...this.caller(own, level + 1) };
		try {
			const handler = action.schema.handler as (ctx: object) => Promise<unknown>;
			const result = await within(callee, () => handler(ctx));
			await this.#faults.pass(0, 3);
			if (!callee.alive || this.#faults.strikes("message")) return unanswered;
			return structuredClone(result);
		} catch (error) {
			if (error instanceof Ended || !callee.alive) return unanswered;
			throw error;
		}
	}
}
