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
	setField,
	Timestamp,
	Unread,
} from "./types.ts";

// One decoder runs at a time in this thread, so the buffer and the position live here and not in an object.
let bytes: Buffer = Buffer.alloc(0);
let position = 0;

// The published type leaves out the constructor that reads in place.
const ObjectIdAt = ObjectId as unknown as new (from: Uint8Array, offset: number) => ObjectId;
const scratch = new DataView(new ArrayBuffer(8));
const names: string[] = new Array(4096);

/** Decodes one BSON document that begins at `offset`. */
export function decode(buffer: Buffer, offset = 0): Doc {
	bytes = buffer;
	position = offset;
	return readDocument();
}

/** Decodes only the named top-level fields; the others are skipped unread. */
export function decodeFields(buffer: Buffer, wanted: ReadonlySet<string>): Doc {
	bytes = buffer;
	position = 4;
	const doc: Doc = {};
	let missing = wanted.size;
	while (missing > 0) {
		const type = bytes[position++]!;
		if (type === 0) break;
		const name = readName();
		if (wanted.has(name)) {
			setField(doc, name, readValue(type));
			missing--;
		} else position = valueEnd(bytes, type, position);
	}
	return doc;
}

/** Which fields of a document are wanted: of each the paths below it, or null for its whole value. */
export type Wanted = ReadonlyMap<string, Wanted | null>;

/** Decodes only what lies on the wanted paths, also those that lead through arrays; the rest is skipped unread. */
export function decodePaths(buffer: Buffer, wanted: Wanted): Doc {
	bytes = buffer;
	position = 0;
	return readPart(wanted);
}

/** Decodes `_id` and the named top-level fields; the others keep their places unread. */
export function decodePartly(buffer: Buffer, wanted: ReadonlySet<string>): Doc {
	bytes = buffer;
	position = 4;
	const doc: Doc = {};
	for (let type = bytes[position++]!; type !== 0; type = bytes[position++]!) {
		const name = readName();
		if (name === "_id" || wanted.has(name)) setField(doc, name, readValue(type));
		else {
			const start = position;
			position = valueEnd(bytes, type, start);
			setField(doc, name, new Unread(type, bytes, start, position));
		}
	}
	return doc;
}

/** The little-endian int32 at `at`. */
export function int32(buffer: Uint8Array, at: number): number {
	return buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24);
}

/** Where the value of `type` that begins at `at` ends. Throws on a type byte that is not BSON. */
export function valueEnd(buffer: Buffer, type: number, at: number): number {
	switch (type) {
		case 0x0a:
		case 0x06:
		case 0xff:
		case 0x7f:
			return at;
		case 0x08:
			return at + 1;
		case 0x10:
			return at + 4;
		case 0x01:
		case 0x09:
		case 0x11:
		case 0x12:
			return at + 8;
		case 0x07:
			return at + 12;
		case 0x13:
			return at + 16;
		case 0x02:
		case 0x0d:
		case 0x0e:
			return at + 4 + int32(buffer, at);
		case 0x03:
		case 0x04:
		case 0x0f:
			return at + int32(buffer, at);
		case 0x05:
			return at + 5 + int32(buffer, at);
		case 0x0b:
			return buffer.indexOf(0, buffer.indexOf(0, at) + 1) + 1;
		case 0x0c:
			return at + 4 + int32(buffer, at) + 12;
		default:
			throw new RangeError(`Unrecognized BSON type ${type}`);
	}
}

// Field names repeat in every document: a small table by hash gives the same string object each time.
function readName(): string {
	const start = position;
	let hash = 0;
	let at = start;
	let ascii = 0;
	for (let byte = bytes[at]!; byte !== 0; byte = bytes[++at]!) {
		hash = (Math.imul(hash, 31) + byte) | 0;
		ascii |= byte;
	}
	position = at + 1;
	const length = at - start;
	if (ascii > 127 || length > 48) return bytes.utf8Slice(start, at);
	const slot = (hash ^ (hash >>> 12)) & 4095;
	const known = names[slot];
	if (known !== undefined && known.length === length) {
		let i = 0;
		while (i < length && known.charCodeAt(i) === bytes[start + i]) i++;
		if (i === length) return known;
	}
	const name = bytes.latin1Slice(start, at);
	names[slot] = name;
	return name;
}

function readString(): string {
	const length = int32(bytes, position) - 1;
	const start = position + 4;
	position = start + length + 1;
	if (length < 0 || position > bytes.length) throw new RangeError("a BSON string is longer than its document");
	return bytes.utf8Slice(start, start + length);
}

function readCString(): string {
	const end = bytes.indexOf(0, position);
	const text = bytes.utf8Slice(position, end);
	position = end + 1;
	return text;
}

function readDouble(): number | Double {
	for (let i = 0; i < 8; i++) scratch.setUint8(i, bytes[position + i]!);
	position += 8;
	const value = scratch.getFloat64(0, true);
	return Number.isInteger(value) && !Object.is(value, -0) ? new Double(value) : value;
}

function readBinary(): Binary {
	const length = int32(bytes, position);
	const type = bytes[position + 4]!;
	const start = position + 5;
	position = start + length;
	return new Binary(Buffer.from(bytes.subarray(start, position)), type);
}

function readDocument(): Doc {
	const end = position + int32(bytes, position) - 1;
	if (end >= bytes.length || bytes[end] !== 0) throw new RangeError("a BSON document is longer than its message");
	const doc: Doc = {};
	position += 4;
	while (position < end) {
		const type = bytes[position++]!;
		const name = readName();
		if (name === "__proto__") setField(doc, name, readValue(type));
		else doc[name] = readValue(type);
	}
	position = end + 1;
	return doc;
}

function readPart(wanted: Wanted): Doc {
	const end = position + int32(bytes, position) - 1;
	const doc: Doc = {};
	position += 4;
	while (position < end) {
		const type = bytes[position++]!;
		const name = readName();
		const below = wanted.get(name);
		if (below === undefined) position = valueEnd(bytes, type, position);
		else setField(doc, name, below === null ? readValue(type) : readBelow(type, below));
	}
	position = end + 1;
	return doc;
}

function readArray(wanted?: Wanted): unknown[] {
	const end = position + int32(bytes, position) - 1;
	if (end >= bytes.length || bytes[end] !== 0) throw new RangeError("a BSON array is longer than its message");
	const array: unknown[] = [];
	position += 4;
	while (position < end) {
		const type = bytes[position++]!;
		while (bytes[position] !== 0) position++;
		position++;
		array.push(wanted && type === 0x03 ? readPart(wanted) : readValue(type));
	}
	position = end + 1;
	return array;
}

// A path may name a place in an array by its number: then the whole array is read.
function readBelow(type: number, wanted: Wanted): unknown {
	if (type === 0x03) return readPart(wanted);
	if (type !== 0x04) return readValue(type);
	for (const name of wanted.keys()) if (name >= "0" && name < ":") return readArray();
	return readArray(wanted);
}

function readValue(type: number): unknown {
	switch (type) {
		case 0x01:
			return readDouble();
		case 0x02:
			return readString();
		case 0x03:
			return readDocument();
		case 0x04:
			return readArray();
		case 0x05:
			return readBinary();
		case 0x07:
			position += 12;
			return new ObjectIdAt(bytes, position - 12);
		case 0x08:
			return bytes[position++] === 1;
		case 0x09:
			position += 8;
			return new Date(Number(bytes.readBigInt64LE(position - 8)));
		case 0x06:
		case 0x0a:
			return null;
		case 0x0b: {
			const pattern = readCString();
			return new BSONRegExp(pattern, readCString());
		}
		case 0x0d:
			return new Code(readString());
		case 0x0e:
			return new BSONSymbol(readString());
		case 0x10:
			position += 4;
			return int32(bytes, position - 4);
		case 0x11:
			position += 8;
			return new Timestamp(bytes.readBigUInt64LE(position - 8));
		case 0x12:
			position += 8;
			return bytes.readBigInt64LE(position - 8);
		case 0x13:
			position += 16;
			return new Decimal128(Buffer.from(bytes.subarray(position - 16, position)));
		case 0xff:
			return new MinKey();
		case 0x7f:
			return new MaxKey();
		default:
			throw new RangeError(`BSON type ${type} is not supported by this server`);
	}
}
