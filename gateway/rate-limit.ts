import type { IncomingMessage, ServerResponse } from "node:http";
import { LRUCache } from "lru-cache";
import { fail } from "../runtime/errors.ts";

export interface Limit {
	requests: number;
	seconds: number;
}

/** What any address may ask of all routes together. */
const COMMON: Limit = { requests: 1_200, seconds: 60 };

interface Window {
	used: number;
	resetAt: number;
}

/** Counts requests by client in fixed windows; the number of clients kept is bounded. */
export class RateLimiter {
	readonly #windows = new LRUCache<string, Window>({ max: 50_000 });

	/**
	 * Counts one request and writes the headers RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10).
	 * @throws too_many_requests
	 */
	count(response: ServerResponse, address: string, route: { key: string; limit: Limit } | null): void {
		const { key, limit } = route ?? { key: "all", limit: COMMON };
		const now = Date.now();
		const id = `${key} ${address}`;
		let window = this.#windows.get(id);
		if (!window || window.resetAt <= now) {
			window = { used: 0, resetAt: now + limit.seconds * 1_000 };
			this.#windows.set(id, window);
		}
		window.used++;
		const wait = Math.ceil((window.resetAt - now) / 1_000);
		const name = key === "all" ? "default" : "route";
		response.setHeader("RateLimit-Policy", `"${name}";q=${limit.requests};w=${limit.seconds}`);
		response.setHeader("RateLimit", `"${name}";r=${Math.max(0, limit.requests - window.used)};t=${wait}`);
		if (window.used > limit.requests) {
			response.setHeader("Retry-After", String(wait));
			throw fail("too_many_requests");
		}
	}
}

/** The client's address: the socket's, or behind a trusted proxy the nearest hop that is not one itself. */
export function clientAddress(request: IncomingMessage, trusted: ReadonlySet<string>): string {
	let address = plain(request.socket.remoteAddress ?? "");
	if (!trusted.has(address)) return address;
	const hops = String(request.headers["x-forwarded-for"] ?? "")
		.split(",")
		.map((hop) => plain(hop.trim()))
		.filter(Boolean);
	while (trusted.has(address) && hops.length > 0) address = hops.pop() as string;
	return address;
}

const plain = (address: string) => (address.startsWith("::ffff:") ? address.slice(7) : address);
