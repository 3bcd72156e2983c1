import { AsyncLocalStorage } from "node:async_hooks";

/** A process of the simulated cluster, from its start to its end. What runs on its behalf knows it by its context. */
export interface Zone {
	readonly service: string;
	alive: boolean;
	/** Milliseconds by which its clock is wrong. */
	readonly skew: number;
}

interface Timer {
	id: number;
	at: number;
	order: number;
	zone: Zone | undefined;
	every: number | null;
	run: () => void;
}

const real = {
	setImmediate: globalThis.setImmediate,
	Date: globalThis.Date,
	globals: new Map<string, unknown>(),
};

const context = new AsyncLocalStorage<Zone>();
/** On whose behalf this runs; undefined for the world itself. */
export const zone = (): Zone | undefined => context.getStore();
export const within = <R>(of: Zone | undefined, work: () => R): R => context.run(of as Zone, work);

const START = Date.UTC(2026, 0, 1);
/** What a dead process waits for still comes when it is so near, so that its work unwinds; it can do nothing any more. */
const NEAR = 400;

/**
 * Virtual time: timers fire one after the other in the order of their moments, and all that follows from one has happened
 * before the next. Takes the place of the process's timers and clocks until `stop()`.
 */
export class Clock {
	#now = START;
	#order = 0;
	#heap: Timer[] = [];
	readonly #gone = new Set<number>();

	get now(): number {
		return this.#now;
	}

	/** Milliseconds since the beginning. */
	get elapsed(): number {
		return this.#now - START;
	}

	start(): void {
		const clock = this;
		const later = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
			clock.#handle(clock.#add(ms, zone(), null, () => run(...args)));
		class VirtualDate extends real.Date {
			constructor(...args: unknown[]) {
				if (args.length === 0) super(VirtualDate.now());
				else super(...(args as [number]));
			}
			static override now(): number {
				return clock.#now + (zone()?.skew ?? 0);
			}
		}
		const instead: Record<string, unknown> = {
			Date: VirtualDate,
			setTimeout: later,
			setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => later(run, 0, ...args),
			setInterval: (run: () => void, ms: number) => clock.#handle(clock.#add(ms, zone(), Math.max(1, ms), run)),
		};
		for (const name of ["clearTimeout", "clearInterval", "clearImmediate"])
			instead[name] = (handle?: { id?: number }) => {
				if (handle?.id !== undefined) clock.#gone.add(handle.id);
			};
		for (const [name, value] of Object.entries(instead)) {
			real.globals.set(name, (globalThis as Record<string, unknown>)[name]);
			(globalThis as Record<string, unknown>)[name] = value;
		}
	}

	stop(): void {
		for (const [name, value] of real.globals) (globalThis as Record<string, unknown>)[name] = value;
	}

	/** Waits in the world's name: it ends whoever died meanwhile. */
	sleep(ms: number): Promise<void> {
		return new Promise((resolve) => this.#add(ms, undefined, null, resolve));
	}

	/** Time that passes at once: what was to happen meanwhile happens late. */
	jump(ms: number): void {
		this.#now += ms;
	}

	/** Lets time pass until `done`, nothing is left to happen, or `limit` milliseconds are over. @returns whether it was done */
	async run(done: () => boolean, limit: number): Promise<boolean> {
		const end = this.#now + limit;
		for (;;) {
			await new Promise((resolve) => real.setImmediate(resolve as () => void));
			if (done()) return true;
			const timer = this.#pop();
			if (!timer || timer.at > end) return false;
			if (this.#gone.delete(timer.id)) continue;
			if (timer.zone && !timer.zone.alive && (timer.every !== null || timer.at - this.#now > NEAR)) continue;
			this.#now = Math.max(this.#now, timer.at);
			if (timer.every !== null) this.#push({ ...timer, at: this.#now + timer.every, order: this.#order++ });
			within(timer.zone, timer.run);
		}
	}

	#handle(timer: Timer) {
		const handle = { id: timer.id, ref: () => handle, unref: () => handle, hasRef: () => true };
		return handle;
	}

	#add(ms: number, of: Zone | undefined, every: number | null, run: () => void): Timer {
		const order = this.#order++;
		const wait = Number.isFinite(ms) && ms > 0 ? ms : 0;
		const timer = { id: order, at: this.#now + wait, order, zone: of, every, run };
		this.#push(timer);
		return timer;
	}

	#push(timer: Timer): void {
		const heap = this.#heap;
		let at = heap.length;
		heap.push(timer);
		while (at > 0) {
			const up = (at - 1) >> 1;
			if (before(heap[up] as Timer, timer)) break;
			heap[at] = heap[up] as Timer;
			at = up;
		}
		heap[at] = timer;
	}

	#pop(): Timer | undefined {
		const heap = this.#heap;
		const top = heap[0];
		const last = heap.pop();
		if (!top || !last || heap.length === 0) return top;
		let at = 0;
		for (;;) {
			let down = at * 2 + 1;
			if (down >= heap.length) break;
			if (down + 1 < heap.length && before(heap[down + 1] as Timer, heap[down] as Timer)) down++;
			if (before(last, heap[down] as Timer)) break;
			heap[at] = heap[down] as Timer;
			at = down;
		}
		heap[at] = last;
		return top;
	}
}

const before = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);
