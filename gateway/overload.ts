import type { IncomingMessage, ServerResponse } from "node:http";
import { errors } from "../schemas/errors.ts";
import { PRIORITIES, type Priority } from "./priority.ts";

/** The share of the limit that each may fill: what stands below it is kept free for what matters more. */
const SHARE: Record<Priority, number> = {
	webhooks: 4,
	checkout: 1,
	cart: 0.85,
	browse: 0.7,
	signIn: 0.6,
	search: 0.55,
	admin: 0.4,
};

/** Requests under way that are too many only when turns come very late, and those that always are. */
const LEAST = 96;
const LEAST_OF_ALL = 48;
const MOST = 2_000;
/** Milliseconds between two looks; the delay of the event loop and the time of an ordinary answer that are too long. */
const LOOK_EVERY = 20;
const LATE = 15;
const VERY_LATE = 40;
const SLOW = 400;
/** What is under way for longer than one or two of these waits for somebody else; when there is little time all take longer. */
const GENERATION = 1_000;
const LONG_GENERATION = 3_000;

/** A request that was let in; hand it back when it is answered. */
export interface Admitted {
	priority: Priority;
	generation: number;
	since: number;
}

/**
 * Decides what is refused when there is too much to do. Scarce are the turns of the event loop, and where services run on
 * other nodes theirs: while turns come late or ordinary answers take long, the number of requests under way is
 * brought down, and raised again when neither is so (additive increase, multiplicative decrease).
 */
export class Overload {
	readonly #underWay = [0, 0];
	#generation = 0;
	#began = performance.now();
	#limit = MOST;
	#looked = performance.now();
	#delay = 0;
	#answer = 0;
	readonly #timer: NodeJS.Timeout;
	/** Refused so far, by priority. */
	readonly refused = Object.fromEntries(PRIORITIES.map((name) => [name, 0])) as Record<Priority, number>;

	constructor() {
		this.#timer = setInterval(() => this.#look(performance.now()), LOOK_EVERY).unref();
	}

	/** Requests that may be under way now. */
	get limit(): number {
		return this.#limit;
	}

	/** Milliseconds that the last turn came late. */
	get delay(): number {
		return this.#delay;
	}

	/** Requests under way that take time here. */
	get underWay(): number {
		return (this.#underWay[0] as number) + (this.#underWay[1] as number);
	}

	/** Lets a request in, or null when there is too much to do for one of its priority. */
	admit(priority: Priority): Admitted | null {
		if (this.underWay >= this.#limit * SHARE[priority]) {
			this.refused[priority]++;
			return null;
		}
		const generation = this.#generation;
		(this.#underWay[generation & 1] as number)++;
		return { priority, generation, since: performance.now() };
	}

	done({ priority, generation, since }: Admitted): void {
		if (generation >= this.#generation - 1) (this.#underWay[generation & 1] as number)--;
		// A checkout waits for providers, a search for its index, a sign-in for its password's turn: their time says nothing of this shop's own.
		if (priority === "cart" || priority === "browse") this.#answer += (performance.now() - since - this.#answer) * 0.05;
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	#look(now: number): void {
		const before = this.#delay;
		this.#delay = Math.max(0, now - this.#looked - LOOK_EVERY);
		this.#looked = now;
		const { underWay } = this;
		// Where nothing of the kind is asked any more, what was slow is forgotten.
		this.#answer *= 0.99;
		const calm = this.#delay <= LATE && this.#answer <= SLOW;
		if (now - this.#began >= (calm ? GENERATION : LONG_GENERATION)) {
			this.#began = now;
			this.#underWay[++this.#generation & 1] = 0;
		}
		if (calm) {
			this.#limit = Math.min(MOST, this.#limit + 8);
			return;
		}
		// One turn that comes very late may be a collection of garbage; two are too much to do.
		const least = Math.min(this.#delay, before) > VERY_LATE ? LEAST_OF_ALL : LEAST;
		const cut = Math.min(0.9, Math.max(0.5, LATE / this.#delay));
		if (underWay > least) this.#limit = Math.max(least, Math.min(this.#limit, underWay) * cut);
	}
}

/** Bytes of a body that is rather read to its end than the connection given up. */
const READ_ON = 65_536;
const { status, title } = errors.unavailable;

/** Answers 503 before anything is read or asked; those who come again do not come together. */
export function refuse(request: IncomingMessage, response: ServerResponse, requestId: string): void {
	const { "content-length": length, "transfer-encoding": encoding } = request.headers;
	const body = `{"type":"/docs/errors#unavailable","title":"${title}","status":${status},"detail":"${title}","code":"unavailable","requestId":"${requestId}"}`;
	const head: Record<string, string | number> = {
		"Content-Type": "application/problem+json",
		"Content-Length": Buffer.byteLength(body),
		"Retry-After": 1 + Math.floor(Math.random() * 3),
		"Cache-Control": "no-store",
		"X-Content-Type-Options": "nosniff",
		"X-Request-Id": requestId,
	};
	if (encoding !== undefined || Number(length) > READ_ON) head.Connection = "close";
	response.writeHead(status, head).end(request.method === "HEAD" ? undefined : body);
}
