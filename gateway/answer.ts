import type { StoredAnswer } from "../runtime/idempotency.ts";
import { type Coding, codingOf, compressed, KeptBody, WORTHWHILE } from "./encoding.ts";
import { codedTag, etagOf, isFresh } from "./etag.ts";
import type { Exchange } from "./exchange.ts";

/** An answer on its way out. */
export interface Answer extends StoredAnswer {
	/** How its body is compressed when it is sent. */
	coding?: Coding;
	/** Where its body is kept, compressed or not, for those who ask next. */
	kept?: KeptBody;
}

/** The answer that a contract's result makes. */
export function answerOf(exchange: Exchange, result: unknown): Answer {
	const { entry, request } = exchange;
	const { route } = entry;
	const status = route.otherwise?.when(result as never) ? route.otherwise.status : (route.status ?? 200);
	if (status === 204 || result === null || result === undefined) return { status: 204, headers: {}, body: "" };
	const { body, etag, kept } = written(result, route.etag === true);
	const headers: Record<string, string> = { "Content-Type": "application/json; charset=utf-8" };
	if (route.cache) headers["Cache-Control"] = `public, max-age=${route.cache}`;
	const answer: Answer = { status, headers, body };
	// What a POST answers may hold a token, whose length under compression would tell of it (https://www.breachattack.com).
	if (route.method === "GET" && body.length >= WORTHWHILE) {
		headers.Vary = varying(exchange);
		const coding = codingOf(request.headers["accept-encoding"]);
		if (coding) Object.assign(answer, { coding, kept });
	}
	if (etag === null) return answer;
	headers.ETag = codedTag(etag, answer.coding);
	if (request.method !== "POST" && isFresh(request.headers["if-none-match"], etag)) {
		const { "Content-Type": _none, ...rest } = headers;
		return { status: 304, headers: rest, body: "" };
	}
	return answer;
}

/** That the answer also goes by its coding, beside what it went by already. */
function varying({ response }: Exchange): string {
	const before = response.getHeader("Vary");
	return before === undefined ? "Accept-Encoding" : `${before}, Accept-Encoding`;
}

interface Written {
	body: string;
	etag: string | null;
	kept?: KeptBody;
}

const known = new WeakMap<object, Written>();

/** A frozen result that comes again is not written again. */
function written(result: unknown, tagged: boolean): Written {
	const constant = typeof result === "object" && result !== null && Object.isFrozen(result);
	const before = constant ? known.get(result) : undefined;
	if (before && (before.etag !== null || !tagged)) return before;
	const body = JSON.stringify(result);
	const made: Written = { body, etag: tagged ? etagOf(result, body) : null };
	if (constant) {
		if (body.length >= WORTHWHILE) made.kept = new KeptBody(body);
		known.set(result, made);
	}
	return made;
}

export async function send({ response, request }: Exchange, answer: Answer): Promise<void> {
	const { status, headers, body, coding, kept } = answer;
	if (status === 204 || status === 304) {
		response.writeHead(status, headers).end();
		return;
	}
	const head = request.method === "HEAD";
	if (coding) {
		const packed = await (kept?.in(coding) ?? compressed(body, coding));
		response.writeHead(status, { ...headers, "Content-Encoding": coding, "Content-Length": packed.length });
		response.end(head ? undefined : packed);
		return;
	}
	// As a string the body leaves in one write with the head; as a buffer it would be a write of its own.
	response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
	response.end(head ? undefined : body);
}
