import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigurationError } from "../runtime/config.ts";

/** What a page of another origin may send, beyond what every page may. */
const ALLOWED_HEADERS = [
	"Accept",
	"Authorization",
	"Cart-Token",
	"Content-Type",
	"Idempotency-Key",
	"If-Match",
	"If-None-Match",
	"Last-Event-ID",
	"Order-Token",
	"X-Request-Id",
	"traceparent",
	"tracestate",
].join(", ");

/** What its script may read of an answer. */
const EXPOSED_HEADERS = [
	"Content-Disposition",
	"ETag",
	"Idempotent-Replayed",
	"RateLimit",
	"RateLimit-Policy",
	"Retry-After",
	"X-Request-Id",
	"traceresponse",
].join(", ");

/** Seconds that a browser remembers a preflight's answer; Chrome takes no more. */
const MAX_AGE = "7200";

/**
 * The origins of CORS_ORIGINS.
 * @throws ConfigurationError for what is no origin: a browser would send none that equals it
 */
export function originsOf(list: string): ReadonlySet<string> {
	const origins = new Set<string>();
	for (const entry of list.split(",").map((part) => part.trim())) {
		if (entry === "") continue;
		const origin = URL.canParse(entry) && /^https?:[^*]+$/.test(entry) ? new URL(entry).origin : null;
		if (origin !== entry)
			throw new ConfigurationError(
				`CORS_ORIGINS has ${JSON.stringify(entry)} but must be origins such as https://shop.example.com, by commas`,
			);
		origins.add(origin);
	}
	return origins;
}

/**
 * Lets pages of the shop's own other origins ask (https://fetch.spec.whatwg.org/#http-cors-protocol). An origin is allowed
 * when it equals one of the setting's: nothing is reflected, no part of a name compared, and `null` is none. No cookies are
 * used, so credentials are not allowed.
 * @param allow the methods of the path, none where there is no such path
 * @returns true when it was a preflight, which is answered then
 */
export function crossOrigin(
	origins: ReadonlySet<string>,
	request: IncomingMessage,
	response: ServerResponse,
	allow: readonly string[],
): boolean {
	if (origins.size === 0) return false;
	response.setHeader("Vary", "Origin");
	const { origin, "access-control-request-method": wanted } = request.headers;
	if (origin === undefined || !origins.has(origin)) return false;
	response.setHeader("Access-Control-Allow-Origin", origin);
	if (request.method !== "OPTIONS" || wanted === undefined || allow.length === 0) {
		response.setHeader("Access-Control-Expose-Headers", EXPOSED_HEADERS);
		return false;
	}
	response.setHeader("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
	response.writeHead(204, {
		"Access-Control-Allow-Methods": allow.join(", "),
		"Access-Control-Allow-Headers": ALLOWED_HEADERS,
		"Access-Control-Max-Age": MAX_AGE,
	});
	response.end();
	return true;
}
