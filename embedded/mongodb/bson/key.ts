import { stringOf, typeRank } from "./compare.ts";
import { compareExact, type Exact, exact } from "./decimal.ts";
import {
	type Binary,
	type BSONRegExp,
	type Code,
	Decimal128,
	type Doc,
	Double,
	type ObjectId,
	type Timestamp,
} from "./types.ts";

/** Stands for the key of an empty array, which sorts before null. */
export const EMPTY_ARRAY: unique symbol = Symbol("empty array");

let out: Buffer = Buffer.allocUnsafeSlow(4096);
let at = 0;

function ensure(more: number): void {
	if (at + more <= out.length) return;
	const grown = Buffer.allocUnsafeSlow(Math.max(out.length * 2, at + more));
	out.copy(grown, 0, 0, at);
	out = grown;
}

/**
 * The bytes of one or more values such that the order of the bytes is the BSON order of the values.
 * No encoding is the prefix of another one, so they can be joined; a `-1` in `directions` turns that value's order round.
 */
export function encodeKey(values: readonly unknown[], directions?: readonly (1 | -1)[]): Buffer {
	at = 0;
	for (let i = 0; i < values.length; i++) {
		const start = at;
		write(values[i]);
		if (directions?.[i] === -1) for (let j = start; j < at; j++) out[j] = ~out[j]! & 255;
	}
	return Buffer.from(out.subarray(0, at));
}

/** The key of a single value, ascending. */
export function keyOf(value: unknown): Buffer {
	at = 0;
	write(value);
	return Buffer.from(out.subarray(0, at));
}

/** The first byte of every key of that type: rank for ascending, its complement for descending. */
export function rankByte(rank: number, direction: 1 | -1): number {
	return direction === 1 ? rank : ~rank & 255;
}

function write(value: unknown): void {
	ensure(32);
	if (value === EMPTY_ARRAY) {
		out[at++] = 2;
		return;
	}
	const rank = typeRank(value);
	out[at++] = rank;
	switch (rank) {
		case 10:
			writeNumber(value as number);
			break;
		case 15:
			writeText(stringOf(value));
			break;
		case 20:
			writeDocument(value as Doc);
			break;
		case 25:
			for (const item of value as unknown[]) write(item);
			ensure(1);
			out[at++] = 0;
			break;
		case 30: {
			const { position, sub_type, buffer } = value as Binary;
			ensure(position + 5);
			at = out.writeUInt32BE(position, at);
			out[at++] = sub_type;
			out.set(buffer.subarray(0, position), at);
			at += position;
			break;
		}
		case 35:
			(value as ObjectId & { serializeInto(to: Uint8Array, offset: number): void }).serializeInto(out, at);
			at += 12;
			break;
		case 40:
			out[at++] = value ? 1 : 0;
			break;
		case 45:
			at = out.writeBigUInt64BE(BigInt.asUintN(64, BigInt((value as Date).getTime()) ^ (1n << 63n)), at);
			break;
		case 47:
			at = out.writeBigUInt64BE(BigInt.asUintN(64, (value as Timestamp).toBigInt()), at);
			break;
		case 50:
			writeText((value as BSONRegExp).pattern);
			writeText((value as BSONRegExp).options);
			break;
		case 60:
			writeText((value as Code).code);
			break;
	}
}

// A zero inside the text becomes 00 FF and its end 00 01, so that a shorter text sorts first.
function writeText(text: string): void {
	ensure(text.length * 3 + 2);
	const length = out.utf8Write(text, at);
	const zero = out.subarray(at, at + length).indexOf(0);
	if (zero === -1) at += length;
	else {
		const plain = Buffer.from(out.subarray(at, at + length));
		ensure(length * 2 + 2);
		for (const byte of plain) {
			out[at++] = byte;
			if (byte === 0) out[at++] = 255;
		}
	}
	out[at++] = 0;
	out[at++] = 1;
}

function writeDocument(doc: Doc): void {
	for (const name of Object.keys(doc)) {
		ensure(name.length * 3 + 8);
		out[at++] = typeRank(doc[name]);
		at += out.utf8Write(name, at);
		out[at++] = 0;
		write(doc[name]);
	}
	ensure(1);
	out[at++] = 0;
}

/**
 * The nearest double comes first, then how the exact value lies to it: 80 equal, 40 or C0 followed by its digits.
 * Only int64 beyond 2^53 and Decimal128 are ever unequal to their nearest double.
 */
function writeNumber(value: number | bigint | Double | Decimal128): void {
	if (typeof value === "number" || value instanceof Double) {
		writeDouble(Number(value));
		return;
	}
	const nearest = value instanceof Decimal128 ? Number(value.toString()) : Number(value);
	writeDouble(nearest);
	if (typeof value === "bigint" && value === BigInt(nearest)) return;
	const own = exact(value);
	if (own === undefined) return;
	const other = exact(nearest);
	const order = other ? compareExact(own, other) : nearest > 0 ? -1 : 1;
	if (order === 0) return;
	out[at - 1] = order < 0 ? 0x40 : 0xc0;
	writeDigits(own);
}

function writeDouble(value: number): void {
	ensure(16);
	if (Number.isNaN(value)) out.fill(0, at, at + 8);
	else {
		out.writeDoubleBE(value === 0 ? 0 : value, at);
		if (out[at]! & 0x80) for (let i = 0; i < 8; i++) out[at + i] = ~out[at + i]! & 255;
		else out[at] = out[at]! | 0x80;
	}
	at += 8;
	out[at++] = 0x80;
}

function writeDigits({ coefficient, exponent }: Exact): void {
	const negative = coefficient < 0n;
	const digits = String(negative ? -coefficient : coefficient).replace(/0+$/, "");
	const magnitude = exponent + String(negative ? -coefficient : coefficient).length;
	ensure(digits.length + 8);
	const start = at;
	at = out.writeUInt32BE(magnitude + 100_000, at);
	for (const digit of digits) out[at++] = 1 + Number(digit);
	out[at++] = 0;
	if (negative) for (let i = start; i < at; i++) out[i] = ~out[i]! & 255;
}
