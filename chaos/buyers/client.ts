/** Milliseconds: what a client waits for one answer, and how long it goes on asking: longer than any fault goes on. */
const ANSWER_WITHIN = 14_000;
export const GIVES_UP_AFTER = 180_000;

export interface Reply {
	status: number;
	body: string;
}

export type Headers = Record<string, string>;

/** One request that may be sent as often as one likes: its key or its meaning makes it one. */
export interface Ask {
	method: string;
	path: string;
	body?: unknown;
	headers: Headers;
}

/** Speaks to the shop as a good client does: what got no definite answer is asked again. */
export class Client {
	readonly #url: string;

	constructor(url: string) {
		this.#url = url;
	}

	/** @throws when there is no answer within 14 s */
	async send({ method, path, body, headers }: Ask): Promise<Reply> {
		const response = await fetch(this.#url + path, {
			method,
			headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
			body: body === undefined ? null : JSON.stringify(body),
			signal: AbortSignal.timeout(ANSWER_WITHIN),
		});
		return { status: response.status, body: await response.text() };
	}

	/**
	 * Asks until there is a definite answer; null when there is none for three minutes.
	 * @param tried hears of each attempt before it is made
	 */
	async insist(ask: Ask, tried = () => {}): Promise<Reply | null> {
		const end = Date.now() + GIVES_UP_AFTER;
		for (let tries = 1; Date.now() < end; tries++) {
			tried();
			const reply = await this.send(ask).catch(() => null);
			if (reply && isDefinite(reply)) return reply;
			await pause(Math.min(1_000, 100 * 2 ** tries));
		}
		return null;
	}

	/** Repeats what may be repeated before an order exists: at worst a cart is left alone, or holds more of a thing. */
	async surely(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Reply> {
		for (let tries = 1; ; tries++) {
			const reply = await this.send({ method, path, body, headers }).catch(() => null);
			if (reply && reply.status < 500 && reply.status !== 429) return reply;
			if (tries > 60) throw new Error(`${method} ${path} has had no answer in ${tries} tries`);
			await pause(Math.min(1_000, 100 * tries));
		}
	}
}

/** Neither a failure of the server nor "not now": a repeat would be answered alike. */
function isDefinite({ status, body }: Reply): boolean {
	return status < 500 && status !== 429 && status !== 408 && !body.includes("idempotency_in_flight");
}

export const pause = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));
