import "./buffer.ts";
import { BadValue, MongoError } from "../errors.ts";
import { int32, valueEnd } from "./decode.ts";

const MAX_DEPTH = 180;
const UNSUPPORTED: Record<number, string> = { 12: "DBPointer", 15: "JavaScript code with scope" };

/** Walks a document that came from outside: lengths, types and depth. Throws what a server answers for a malformed one. */
export function validate(bytes: Buffer): void {
	if (bytes.length < 5 || int32(bytes, 0) !== bytes.length) throw malformed("its length is wrong");
	walk(bytes, 0, bytes.length, 0);
}

function walk(bytes: Buffer, start: number, end: number, depth: number): void {
	if (depth > MAX_DEPTH) throw new MongoError(15, "Overflow", `a document is nested deeper than ${MAX_DEPTH} levels`);
	let at = start + 4;
	if (bytes[end - 1] !== 0) throw malformed("it does not end with a zero");
	while (at < end - 1) {
		const type = bytes[at++]!;
		while (bytes[at] !== 0) if (++at >= end) throw malformed("a field name does not end");
		at++;
		if (UNSUPPORTED[type]) throw new BadValue(`the BSON type ${UNSUPPORTED[type]} is not supported by this server`);
		let next: number;
		try {
			next = valueEnd(bytes, type, at);
		} catch (error) {
			throw malformed((error as Error).message);
		}
		if (next < at || next > end - 1) throw malformed("a value is longer than its document");
		if (type === 3 || type === 4) {
			if (next - at < 5) throw malformed("a sub-document is too short");
			walk(bytes, at, next, depth + 1);
		}
		if ((type === 2 || type === 13 || type === 14) && bytes[next - 1] !== 0) throw malformed("a string does not end");
		at = next;
	}
}

const malformed = (why: string) => new MongoError(22, "InvalidBSON", `the document is not valid BSON: ${why}`);
