import { randomBytes } from "node:crypto";
import { v7 } from "uuid";

const bytes = new Uint8Array(16);

/** `ord_` and 32 hexadecimal digits: a UUIDv7 (RFC 9562) without dashes, so ids sort by their time of birth. */
export function newId(prefix: string): string {
	v7(undefined, bytes);
	return `${prefix}_${Buffer.from(bytes.buffer).toString("hex")}`;
}

/** 256 bits that nobody guesses, for guests' carts and orders: base64url. */
export function newToken(): string {
	return randomBytes(32).toString("base64url");
}
