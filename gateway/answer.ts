import type { StoredAnswer } from "../runtime/idempotency.ts";
import { etagOf, isFresh } from "./etag.ts";
import type { Exchange } from "./exchange.ts";

/** The answer that a contract's result makes. */
export function answerOf({ entry, request }: Exchange, result: unknown): StoredAnswer {
	const { route } = entry;
	const status = route.otherwise?.when(result as never) ? route.otherwise.status : (route.status ?? 200);
	if (status === 204 || result === null || result === undefined) return { status: 204, headers: {}, body: "" };
	const { body, etag } = written(result, route.etag === true);
	const headers: Record<string, string> = { "Content-Type": "application/json; charset=utf-8" };
	if (route.cache) headers["Cache-Control"] = `public, max-age=${route.cache}`;
	if (etag === null) return { status, headers, body };
	headers.ETag = etag;
	if (request.method !== "POST" && isFresh(request.headers["if-none-match"], headers.ETag))
		return { status: 304, headers: { ETag: headers.ETag }, body: "" };
	return { status, headers, body };
}

interface Written {
	body: string;
	etag: string | null;
}

const known = new WeakMap<object, Written>();

/** A frozen result that comes again is not written again. */
function written(result: unknown, tagged: boolean): Written {
	const constant = typeof result === "object" && result !== null && Object.isFrozen(result);
	const before = constant ? known.get(result) : undefined;
	if (before && (before.etag !== null || !tagged)) return before;
	const body = JSON.stringify(result);
	const made = { body, etag: tagged ? etagOf(result, body) : null };
	if (constant) known.set(result, made);
	return made;
}

export function send({ response, request }: Exchange, { status, headers, body }: StoredAnswer): void {
	if (status === 204 || status === 304) {
		response.writeHead(status, headers).end();
		return;
	}
	// As a string the body leaves in one write with the head; as a buffer it would be a write of its own.
	response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
	response.end(request.method === "HEAD" ? undefined : body);
}
