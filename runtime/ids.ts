import { hash, randomBytes, randomFillSync, timingSafeEqual } from "node:crypto";
import { v7 } from "uuid";

const bytes = new Uint8Array(16);
const pool = new Uint8Array(16 * 512);
let used = pool.length;

/** Sixteen random bytes; asking the system for them 512 times at once is far cheaper than each time. */
function random(): Uint8Array {
	if (used === pool.length) {
		randomFillSync(pool);
		used = 0;
	}
	used += 16;
	return pool.subarray(used - 16, used);
}

let milliseconds = 0;
let sequence = 0;

/**
 * `ord_` and 32 hexadecimal digits: a UUIDv7 (RFC 9562) without dashes. Ids of one process sort by their birth, also those
 * of one millisecond.
 */
export function newId(prefix: string): string {
	const entropy = random();
	const now = Date.now();
	if (now > milliseconds) {
		milliseconds = now;
		sequence = ((entropy[0] as number) << 16) | ((entropy[1] as number) << 8) | (entropy[2] as number);
	} else sequence++;
	v7({ random: entropy, msecs: milliseconds, seq: sequence }, bytes);
	return `${prefix}_${Buffer.from(bytes.buffer).toString("hex")}`;
}

/** 128 bits that nobody else draws: base64url. */
export const newMark = (): string => Buffer.from(random()).toString("base64url");

/** 256 bits that nobody guesses, for guests' carts and orders: base64url. */
export const newToken = (): string => randomBytes(32).toString("base64url");

/** What is kept of a token: its SHA-256 in hex. */
export const hashOf = (token: string): string => hash("sha256", token, "hex");

/** Whether this is what was kept of that token, compared in constant time. */
export function isHashOf(kept: string | null, token: string | undefined): boolean {
	if (!kept || !token) return false;
	return timingSafeEqual(Buffer.from(kept), Buffer.from(hashOf(token)));
}
