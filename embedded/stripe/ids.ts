import { randomFillSync } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const pool = new Uint8Array(8192);
let used = pool.length;

/** `prefix_`, eight characters of time and random letters and digits: in the order of time, which keeps an index dense. */
export function newId(prefix: string, length = 24): string {
	return `${prefix}_${clock()}${letters(length - 8)}`;
}

/** Random letters and digits, for what must not be guessed. */
export function letters(length: number): string {
	if (used + length > pool.length) {
		randomFillSync(pool);
		used = 0;
	}
	let text = "";
	for (let i = 0; i < length; i++) text += ALPHABET[pool[used++]! % 62];
	return text;
}

let tick = 0;
let stamp = "";

function clock(): string {
	const now = Date.now();
	if (now === tick) return stamp;
	tick = now;
	stamp = "";
	for (let rest = now, i = 0; i < 8; i++, rest = Math.floor(rest / 62)) stamp = ALPHABET[rest % 62] + stamp;
	return stamp;
}

/** Unix time in seconds. */
export function unixTime(): number {
	return Math.floor(Date.now() / 1000);
}
