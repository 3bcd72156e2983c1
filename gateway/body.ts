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

const CARD = /(?<![A-Za-z0-9_+.-])(?:\d[ -]?){13,18}\d(?![A-Za-z0-9_])/g;

/** A payment card's number in a body: 14 to 19 digits of a card network that pass the check of ISO/IEC 7812-1 annex B. */
export function holdsCardNumber(text: string): boolean {
	for (const [found] of (text.includes("\\u00") ? unescaped(text) : text).matchAll(CARD)) {
		const digits = found.replace(/\D/g, "");
		if (
			/^(4\d{15}|4\d{18}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d)\d{12}|35\d{14})$/.test(
				digits,
			) &&
			luhn(digits)
		) {
			return true;
		}
	}
	return false;
}

const BACKSLASH = 92;

/**
 * The characters that JSON's escapes of Latin 1 hide; what is no Latin 1 may come out as anything. In one pass over the
 * characters: a replacement for every escape of a megabyte would keep everybody waiting.
 */
function unescaped(text: string): string {
	const characters = Buffer.allocUnsafe(text.length);
	let length = 0;
	for (let i = 0; i < text.length; i++) {
		let character = text.charCodeAt(i);
		if (character === BACKSLASH && text.startsWith("u00", i + 1)) {
			const code = digitAt(text, i + 4) * 16 + digitAt(text, i + 5);
			if (code >= 0) {
				character = code;
				i += 5;
			}
		}
		characters[length++] = character;
	}
	return characters.latin1Slice(0, length);
}

/** A hexadecimal digit's value; far below 0 where there is none. */
function digitAt(text: string, index: number): number {
	const code = text.charCodeAt(index) | 32;
	if (code >= 48 && code <= 57) return code - 48;
	return code >= 97 && code <= 102 ? code - 87 : -1_000;
}

function luhn(digits: string): boolean {
	let sum = 0;
	for (let i = 0; i < digits.length; i++) {
		let digit = Number(digits[digits.length - 1 - i]);
		if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 === 0;
}
