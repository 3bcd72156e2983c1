import { setTimeout as wait } from "node:timers/promises";
import { fail } from "../runtime/errors.ts";
import type { Exchange } from "./exchange.ts";

const BEAT_EVERY = 15_000;
/** Bytes that a client may be behind; whoever reads no more is let go, and goes on later. */
const BEHIND = 1_000_000;

/** The open streams of a gateway, so that none is forgotten when it stops and nobody holds too many. */
export class Streams {
	readonly #open = new Map<EventStream, string>();
	#stopping = false;

	/**
	 * Begins a stream.
	 * @param owner an account or a network
	 * @param most how many that one may hold at this gateway
	 * @throws too_many_requests, unavailable
	 */
	open({ request, response }: Pick<Exchange, "request" | "response">, owner: string, most: number): EventStream {
		if (this.#stopping) throw fail("unavailable");
		let held = 0;
		for (const other of this.#open.values()) if (other === owner) held++;
		if (held >= most)
			throw fail("too_many_requests", { retryAfter: 5 }, `At most ${most} streams may be open at a time`);
		const stream = new EventStream(response, request.method === "HEAD");
		this.#open.set(stream, owner);
		response.once("close", () => this.#open.delete(stream));
		return stream;
	}

	/** Ends all, so that their clients go on elsewhere, and begins none. */
	stop(): void {
		this.#stopping = true;
		for (const stream of this.#open.keys()) stream.end();
	}
}

/** Server-sent events to one client (https://html.spec.whatwg.org/#server-sent-events). */
export class EventStream {
	readonly #response: Exchange["response"];
	readonly #gone = new AbortController();
	#beat = Date.now();

	constructor(response: Exchange["response"], head: boolean) {
		this.#response = response;
		response.writeHead(200, {
			"Content-Type": "text/event-stream",
			"Cache-Control": "no-store",
			"X-Accel-Buffering": "no",
		});
		response.once("close", () => this.#gone.abort());
		if (head) this.end();
		else response.flushHeaders();
	}

	get open(): boolean {
		return !this.#gone.signal.aborted;
	}

	/** @param id where the client goes on after it */
	send(id: string | number, type: string, data: unknown): void {
		this.#write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
	}

	/** Resolves after so many milliseconds, or at once when the stream ends; shows the client now and then that it is alive. */
	async pause(milliseconds: number): Promise<void> {
		if (Date.now() - this.#beat > BEAT_EVERY) this.#write(": still here\n\n");
		await wait(milliseconds, undefined, { signal: this.#gone.signal }).catch(() => {});
	}

	end(): void {
		this.#gone.abort();
		this.#response.end();
	}

	#write(text: string): void {
		if (!this.open) return;
		this.#beat = Date.now();
		this.#response.write(text);
		if (this.#response.writableLength > BEHIND) this.#response.destroy();
	}
}
