import { randomFillSync } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const random = new Uint8Array(16);

/** 17 capitals and digits as PayPal's ids; the first seven rise with the time, which keeps an index dense. */
export function newId(): string {
	let id = Math.floor(Date.now() / 100)
		.toString(36)
		.toUpperCase()
		.slice(-7);
	randomFillSync(random);
	for (let i = id.length; i < 17; i++) id += ALPHABET[random[i - 1]! % 36];
	return id;
}

/** As PayPal writes times: whole seconds, UTC. */
export function timestamp(at = Date.now()): string {
	return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
