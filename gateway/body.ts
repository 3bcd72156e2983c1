import type { IncomingMessage } from "node:http";
import { fail } from "../runtime/errors.ts";

const DEEPEST = 32;

/**
 * Reads a whole body.
 * @param limit bytes
 * @param patience milliseconds
 * @throws payload_too_large, request_timeout
 */
export function readBody(request: IncomingMessage, limit: number, patience: number): Promise<Buffer> {
	if (Number(request.headers["content-length"]) > limit) return Promise.reject(tooLarge(limit));
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		const timer = setTimeout(() => settle(fail("request_timeout")), patience);
		const onData = (chunk: Buffer) => {
			size += chunk.length;
			if (size > limit) settle(tooLarge(limit));
			else chunks.push(chunk);
		};
		const onEnd = () => settle(null);
		const onGone = () => settle(fail("malformed_request", {}, "The connection ended within the body"));
		function settle(error: Error | null): void {
			clearTimeout(timer);
			request.off("data", onData).off("end", onEnd).off("aborted", onGone).off("error", onGone);
			if (error) reject(error);
			else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
		}
		request.on("data", onData).on("end", onEnd).on("aborted", onGone).on("error", onGone);
	});
}

const tooLarge = (limit: number) => fail("payload_too_large", {}, `A body may have at most ${limit} bytes`);

/** @throws malformed_request when it is no JSON, validation_failed when it is too deep */
export function parseJson(raw: Buffer): unknown {
	const text = raw.toString("utf8");
	if (tooDeep(text))
		throw fail("validation_failed", { errors: [{ path: "", message: `is nested deeper than ${DEEPEST} levels` }] });
	try {
		return JSON.parse(text);
	} catch (error) {
		throw fail("malformed_request", {}, `The body is no JSON: ${(error as Error).message.slice(0, 200)}`);
	}
}

/** Counts brackets before anything is parsed: the parser itself would recurse. */
function tooDeep(text: string): boolean {
	let depth = 0;
	let inString = false;
	for (let i = 0; i < text.length; i++) {
		const c = text.charCodeAt(i);
		if (inString) {
			if (c === 92) i++;
			else if (c === 34) inString = false;
		} else if (c === 34) inString = true;
		else if (c === 123 || c === 91) {
			if (++depth > DEEPEST) return true;
		} else if (c === 125 || c === 93) depth--;
	}
	return false;
}
