import type { ServerResponse } from "node:http";
import { LRUCache } from "lru-cache";
import { fail } from "../runtime/errors.ts";
import { log } from "../runtime/log.ts";
import type { Share } from "./shared-counts.ts";

export interface Limit {
	/** How clients know it: `default`, `account`, `route`. */
	name: string;
	/** What it counts: a contract's name for one route. */
	key: string;
	requests: number;
	seconds: number;
}

/** What any client may ask of all routes together, by its address and by its account. */
export const BY_ADDRESS: Limit = { name: "default", key: "all", requests: 1_200, seconds: 60 };
export const BY_ACCOUNT: Limit = { name: "account", key: "account", requests: 1_200, seconds: 60 };

/** Of a limit, the part that a node may let in before it tells the others: so a limit below 80 is shared with every request. */
const STEP = 40;
/** While this part of the limit is left, ever smaller steps are taken, until every request waits to be counted everywhere. */
const APPROACH = 8;
/** Milliseconds until a client's requests are shared that made no whole step, once it is on the way to its limit. */
const LINGER = 150;
/** Milliseconds that a store which failed is left alone; each node then counts for itself. */
const SPARE = 1_000;

interface Window {
	/** What all nodes counted, as the store said last. */
	shared: number;
	/** On the way to the store. */
	leaving: number;
	/** Not told yet. */
	own: number;
	resetAt: number;
	lingering: boolean;
}

/**
 * Counts requests in fixed windows that begin with a client's first request; the number of clients kept is bounded.
 *
 * Nodes share their counts. A request costs no store command while its client is far from the limit: a node tells what it let in
 * after each fortieth part of the limit, in ever smaller steps as the limit comes near, and at last with every request, which then
 * waits for the sum. Two steps may be untold at once, so `n` nodes let in at most `(n - 1) * limit / 20` requests too many, none for
 * limits below 80, and none where requests come slower than `LINGER`. A client that is over its limit costs nothing more.
 */
export class RateLimiter {
	readonly #windows = new LRUCache<string, Window>({ max: 50_000 });
	readonly #share: Share | null;
	#spareUntil = 0;

	/** @param share null for a gateway that is the only one */
	constructor(share: Share | null) {
		this.#share = share;
	}

	/**
	 * Counts one request and writes the headers RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers).
	 * @param client a network, an account
	 * @returns nothing where nobody needs to be asked
	 * @throws too_many_requests
	 */
	count(response: ServerResponse, client: string, limit: Limit): Promise<void> | undefined {
		const id = `${limit.key} ${client}`;
		const now = Date.now();
		let window = this.#windows.get(id);
		if (!window || window.resetAt <= now) {
			const resetAt = now + limit.seconds * 1_000;
			window = { shared: 0, leaving: 0, own: 0, resetAt, lingering: false };
			this.#windows.set(id, window);
		}
		// Whoever is over it is counted no further.
		if (window.shared + window.leaving + window.own >= limit.requests) {
			if (!this.#share || window.shared >= limit.requests) tell(response, limit, window, limit.requests + 1);
		}
		window.own++;
		const used = window.shared + window.leaving + window.own;
		const step = stepOf(window, limit);
		if (!this.#share || now < this.#spareUntil) {
			tell(response, limit, window, used);
			return;
		}
		if (window.own < step) {
			if (used * APPROACH > limit.requests) this.#linger(id, window, limit);
			tell(response, limit, window, used);
			return;
		}
		const told = this.#tellOthers(id, window, limit);
		if (step > 1 && window.leaving <= step) {
			tell(response, limit, window, used);
			return;
		}
		return told.then((place) => tell(response, limit, window, place));
	}

	/** @returns the place of the last of these requests among all nodes' */
	async #tellOthers(id: string, window: Window, limit: Limit): Promise<number> {
		const requests = window.own;
		window.own = 0;
		window.leaving += requests;
		try {
			const sum = await (this.#share as Share)({ id, requests, length: limit.seconds * 1_000 });
			window.shared = Math.max(window.shared, sum.used);
			window.resetAt = sum.resetAt;
			return sum.used;
		} catch (error) {
			window.own += requests;
			this.#spareUntil = Date.now() + SPARE;
			log().warn(`limits of requests are not shared for a moment: ${(error as Error).message}`);
			return window.shared + window.own;
		} finally {
			window.leaving -= requests;
		}
	}

	#linger(id: string, window: Window, limit: Limit): void {
		if (window.lingering) return;
		window.lingering = true;
		setTimeout(() => {
			window.lingering = false;
			if (window.own > 0 && window.resetAt > Date.now()) void this.#tellOthers(id, window, limit);
		}, LINGER).unref();
	}
}

/** How many requests may be untold before they are told. */
function stepOf({ shared, leaving }: Window, { requests }: Limit): number {
	const left = requests - shared - leaving;
	return Math.max(1, Math.min(Math.floor(requests / STEP), Math.floor(left / APPROACH)));
}

/** @throws too_many_requests */
function tell(response: ServerResponse, limit: Limit, window: Window, used: number): void {
	const { name, requests, seconds } = limit;
	const wait = Math.max(1, Math.ceil((window.resetAt - Date.now()) / 1_000));
	put(response, "RateLimit-Policy", `"${name}";q=${requests};w=${seconds}`);
	put(response, "RateLimit", `"${name}";r=${Math.max(0, requests - used)};t=${wait}`);
	if (used <= requests) return;
	response.setHeader("Retry-After", String(wait));
	throw fail("too_many_requests");
}

/** Adds to a list; the narrowest limit is counted last and stands first. */
function put(response: ServerResponse, header: string, item: string): void {
	const before = response.getHeader(header);
	response.setHeader(header, before === undefined ? item : `${item}, ${before}`);
}
