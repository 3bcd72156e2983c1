import { decodeFields, int32, valueEnd } from "./decode.ts";
import { encode } from "./encode.ts";
import { ObjectId } from "./types.ts";

const ID = new Set(["_id"]);

/** The document's `_id`; undefined when it has none. */
export const idOf = (bytes: Buffer): unknown => decodeFields(bytes, ID)._id;

/** A copy of the document with only the named top-level fields, or with all but them; what is kept is not read. */
export function copyFields(bytes: Buffer, names: ReadonlySet<string>, keep: boolean): Buffer {
	const out = Buffer.allocUnsafe(bytes.length);
	let at = 4;
	let from = 4;
	let position = 4;
	while (bytes[position] !== 0) {
		const start = position;
		const value = bytes.indexOf(0, start + 1) + 1;
		position = valueEnd(bytes, bytes[start]!, value);
		if (names.has(bytes.utf8Slice(start + 1, value - 1)) === keep) continue;
		at += bytes.copy(out, at, from, start);
		from = position;
	}
	at += bytes.copy(out, at, from, position);
	out[at++] = 0;
	out.writeInt32LE(at, 0);
	return out.subarray(0, at);
}

/** A document as it is stored: `_id` comes first, and is made when there is none. The bytes of the other fields stay as they came. */
export function withId(bytes: Buffer): { bytes: Buffer; id: unknown } {
	if (bytes.length > 8 && isId(bytes, 5)) return { bytes, id: idOf(bytes) };
	let at = 4;
	while (bytes[at] !== 0) {
		const name = at + 1;
		const value = bytes.indexOf(0, name) + 1;
		const end = valueEnd(bytes, bytes[at]!, value);
		if (isId(bytes, name)) {
			const moved = Buffer.concat([
				bytes.subarray(0, 4),
				bytes.subarray(at, end),
				bytes.subarray(4, at),
				bytes.subarray(end),
			]);
			return { bytes: moved, id: idOf(moved) };
		}
		at = end;
	}
	const id = new ObjectId();
	const head = encode({ _id: id });
	const made = Buffer.concat([head.subarray(0, -1), bytes.subarray(4)]);
	made.writeInt32LE(made.length, 0);
	return { bytes: made, id };
}

// "_id" and its end.
const isId = (bytes: Buffer, at: number) => int32(bytes, at) === 0x0064695f;
