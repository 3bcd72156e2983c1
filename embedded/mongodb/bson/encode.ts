import "./buffer.ts";
import {
	Binary,
	BSONRegExp,
	BSONSymbol,
	Code,
	Decimal128,
	type Doc,
	Double,
	MaxKey,
	MinKey,
	ObjectId,
	Timestamp,
	Unread,
} from "./types.ts";

let out: Buffer = Buffer.allocUnsafeSlow(1 << 16);
let at = 0;

/** The BSON bytes of a document, after `reserve` bytes left free for a header. */
export function encode(doc: Doc, reserve = 0): Buffer {
	at = reserve;
	ensure(reserve);
	writeDocument(doc);
	const result = Buffer.allocUnsafe(at);
	out.copy(result, 0, 0, at);
	// One huge reply must not keep its scratch memory for ever.
	if (out.length > 1 << 23) out = Buffer.allocUnsafeSlow(1 << 16);
	return result;
}

function ensure(more: number): void {
	if (at + more <= out.length) return;
	const grown = Buffer.allocUnsafeSlow(Math.max(out.length * 2, at + more));
	out.copy(grown, 0, 0, at);
	out = grown;
}

function int32(value: number): void {
	out[at++] = value;
	out[at++] = value >> 8;
	out[at++] = value >> 16;
	out[at++] = value >> 24;
}

function text(value: string): void {
	ensure(value.length * 3 + 1);
	const { length } = value;
	if (length < 24) {
		const start = at;
		let i = 0;
		for (; i < length; i++) {
			const code = value.charCodeAt(i);
			if (code > 127) break;
			out[at++] = code;
		}
		if (i < length) at = start + out.utf8Write(value, start);
	} else at += out.utf8Write(value, at);
	out[at++] = 0;
}

function lengthText(value: string): void {
	const start = at;
	at += 4;
	text(value);
	const end = at;
	at = start;
	int32(end - start - 4);
	at = end;
}

function close(start: number): void {
	ensure(1);
	out[at++] = 0;
	const end = at;
	at = start;
	int32(end - start);
	at = end;
}

function writeDocument(doc: Doc): void {
	const start = at;
	ensure(16);
	at += 4;
	for (const name in doc) {
		const value = doc[name];
		if (value !== undefined) writeElement(name, value);
	}
	close(start);
}

function writeArray(array: readonly unknown[]): void {
	const start = at;
	ensure(16);
	at += 4;
	for (let i = 0; i < array.length; i++) writeElement(String(i), array[i] ?? null);
	close(start);
}

function writeElement(name: string, value: unknown): void {
	ensure(24);
	const tag = at++;
	text(name);
	ensure(24);
	// Writing the value may replace the buffer, so the buffer is looked up only afterwards.
	const type = writeValue(value);
	out[tag] = type;
}

function writeNumber(value: number): number {
	if (Number.isInteger(value) && value >= -2147483648 && value <= 2147483647 && !Object.is(value, -0)) {
		int32(value);
		return 0x10;
	}
	at = out.writeDoubleLE(value, at);
	return 0x01;
}

function writeValue(value: unknown): number {
	switch (typeof value) {
		case "string":
			lengthText(value);
			return 0x02;
		case "number":
			return writeNumber(value);
		case "boolean":
			out[at++] = value ? 1 : 0;
			return 0x08;
		case "bigint":
			at = out.writeBigInt64LE(value, at);
			return 0x12;
		case "object":
			return value === null ? 0x0a : writeObject(value);
		default:
			throw new TypeError(`a ${typeof value} is not a BSON value`);
	}
}

function writeObject(value: object): number {
	if (Array.isArray(value)) {
		writeArray(value);
		return 0x04;
	}
	if (Object.getPrototypeOf(value) === Object.prototype) {
		writeDocument(value as Doc);
		return 0x03;
	}
	if (value instanceof Unread) {
		const { buffer, start, end, type } = value;
		ensure(end - start);
		at += buffer.copy(out, at, start, end);
		return type;
	}
	if (value instanceof ObjectId) {
		(value as unknown as { serializeInto(to: Uint8Array, offset: number): void }).serializeInto(out, at);
		at += 12;
		return 0x07;
	}
	if (value instanceof Date) {
		at = out.writeBigInt64LE(BigInt(value.getTime()), at);
		return 0x09;
	}
	if (value instanceof Double) {
		at = out.writeDoubleLE(value.value, at);
		return 0x01;
	}
	if (Buffer.isBuffer(value)) {
		ensure(value.length);
		at += value.copy(out, at);
		return 0x03;
	}
	return writeRare(value);
}

function writeRare(value: object): number {
	if (value instanceof Binary) {
		const { position: length } = value;
		ensure(length + 5);
		int32(length);
		out[at++] = value.sub_type;
		out.set(value.buffer.subarray(0, length), at);
		at += length;
		return 0x05;
	}
	if (value instanceof Decimal128) {
		out.set(value.bytes, at);
		at += 16;
		return 0x13;
	}
	if (value instanceof Timestamp) {
		at = out.writeBigUInt64LE(BigInt.asUintN(64, value.toBigInt()), at);
		return 0x11;
	}
	if (value instanceof BSONRegExp) {
		text(value.pattern);
		text(value.options);
		return 0x0b;
	}
	if (value instanceof Code) {
		lengthText(value.code);
		return 0x0d;
	}
	if (value instanceof BSONSymbol) {
		lengthText(value.value);
		return 0x0e;
	}
	if (value instanceof MinKey) return 0xff;
	if (value instanceof MaxKey) return 0x7f;
	throw new TypeError(`a ${value.constructor?.name ?? "nameless"} is not a BSON value`);
}
