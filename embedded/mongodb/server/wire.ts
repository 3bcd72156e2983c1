import { decode, int32 } from "../bson/decode.ts";
import { encode } from "../bson/encode.ts";
import type { Doc } from "../bson/types.ts";
import { MongoError } from "../errors.ts";

/** https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** The largest message that a client may send. */
export const MAX_MESSAGE = 48_000_000;

/** One request: the command's document and the documents that came beside it, still as bytes. */
export type Message = {
	id: number;
	body: Doc;
	sequences: Map<string, Buffer[]> | undefined;
	/** False when the client asked for no answer (write concern 0). */
	answered: boolean;
	/** True for the first hello of a driver, which comes as OP_QUERY. */
	query: boolean;
};

/** Cuts a stream of bytes into messages. */
export class Splitter {
	#rest: Buffer[] = [];
	#length = 0;

	/** The whole messages that end in this chunk. Throws when a length is impossible. */
	push(chunk: Buffer): Buffer[] {
		// The usual case: one message in one chunk.
		if (this.#length === 0 && chunk.length >= 16 && int32(chunk, 0) === chunk.length) return [chunk];
		this.#rest.push(chunk);
		this.#length += chunk.length;
		if (this.#length < 4 || this.#length < this.#needed()) return [];
		let all = Buffer.concat(this.#rest);
		const messages: Buffer[] = [];
		while (all.length >= 4) {
			const length = messageLength(all);
			if (all.length < length) break;
			messages.push(all.subarray(0, length));
			all = all.subarray(length);
		}
		this.#rest = all.length > 0 ? [all] : [];
		this.#length = all.length;
		return messages;
	}

	#needed(): number {
		let head = this.#rest[0]!;
		if (head.length < 4) {
			head = Buffer.concat(this.#rest);
			this.#rest = [head];
		}
		return messageLength(head);
	}
}

function messageLength(bytes: Buffer): number {
	const length = int32(bytes, 0);
	if (length < 16 || length > MAX_MESSAGE) throw new RangeError(`a message of ${length} bytes`);
	return length;
}

/** Reads one message. Throws for an opcode that is none of OP_MSG and OP_QUERY. */
export function readMessage(bytes: Buffer): Message {
	const id = int32(bytes, 4);
	const opcode = int32(bytes, 12);
	if (opcode === OP_QUERY) return readQuery(bytes, id);
	if (opcode !== OP_MSG)
		throw new MongoError(352, "UnsupportedOpQueryCommand", `the opcode ${opcode} is not supported`);
	const flags = int32(bytes, 16);
	const end = bytes.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
	let body: Doc | undefined;
	let sequences: Map<string, Buffer[]> | undefined;
	let at = 20;
	while (at < end) {
		const kind = bytes[at++]!;
		const size = int32(bytes, at);
		if (size < 5 || at + size > end) throw new RangeError("a section is longer than its message");
		if (kind === 0) body = decode(bytes, at);
		else if (kind === 1) {
			const nameEnd = bytes.indexOf(0, at + 4);
			sequences ??= new Map();
			sequences.set(bytes.utf8Slice(at + 4, nameEnd), documents(bytes, nameEnd + 1, at + size));
		} else throw new RangeError(`a section of kind ${kind}`);
		at += size;
	}
	if (!body) throw new RangeError("a message without a body");
	return { id, body, sequences, answered: (flags & MORE_TO_COME) === 0, query: false };
}

function documents(bytes: Buffer, from: number, to: number): Buffer[] {
	const found: Buffer[] = [];
	for (let at = from; at < to; ) {
		const size = int32(bytes, at);
		if (size < 5 || at + size > to) throw new RangeError("a document is longer than its section");
		found.push(bytes.subarray(at, at + size));
		at += size;
	}
	return found;
}

function readQuery(bytes: Buffer, id: number): Message {
	const nameEnd = bytes.indexOf(0, 20);
	const namespace = bytes.utf8Slice(20, nameEnd);
	const body = decode(bytes, nameEnd + 9);
	body.$db = namespace.slice(0, namespace.indexOf("."));
	return { id, body, sequences: undefined, answered: true, query: true };
}

let lastId = 0;

/** The bytes of an answer. */
export function writeReply(to: Message, reply: Doc): Buffer {
	const header = to.query ? 36 : 21;
	const bytes = encode(reply, header);
	bytes.fill(0, 0, header);
	bytes.writeInt32LE(bytes.length, 0);
	lastId = (lastId + 1) | 0;
	bytes.writeInt32LE(lastId, 4);
	bytes.writeInt32LE(to.id, 8);
	bytes.writeInt32LE(to.query ? OP_REPLY : OP_MSG, 12);
	if (to.query) {
		bytes.writeInt32LE(8, 16);
		bytes.writeInt32LE(1, 32);
	}
	return bytes;
}
