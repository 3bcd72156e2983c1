import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp } from "bson";

/**
 * A document as this server holds it, with every BSON type kept apart:
 * int32 is a JS number; a double is a JS number unless it is integral, then a `Double`; int64 is a bigint;
 * the others are the classes of `bson`. A `Buffer` stands for the bytes of a whole sub-document (replies only).
 */
export type Doc = Record<string, unknown>;

export { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp };

/** A value that nobody looks into: its type and where its bytes lie. */
export class Unread {
	readonly type: number;
	readonly buffer: Buffer;
	readonly start: number;
	readonly end: number;

	constructor(type: number, buffer: Buffer, start: number, end: number) {
		this.type = type;
		this.buffer = buffer;
		this.start = start;
		this.end = end;
	}
}

/** True for a sub-document, false for arrays and for every wrapped BSON value. */
export function isDocument(value: unknown): value is Doc {
	return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** True for int32, int64, double and decimal. */
export function isNumeric(value: unknown): value is number | bigint | Double | Decimal128 {
	return (
		typeof value === "number" || typeof value === "bigint" || value instanceof Double || value instanceof Decimal128
	);
}

/** Sets a field even when it is called `__proto__`. */
export function setField(doc: Doc, name: string, value: unknown): void {
	if (name === "__proto__")
		Object.defineProperty(doc, name, { value, enumerable: true, configurable: true, writable: true });
	else doc[name] = value;
}

/** Reads an own field: `constructor` or `__proto__` is missing unless the document has it. */
export function getField(doc: Doc, name: string): unknown {
	const value = doc[name];
	return typeof value === "function" || value === Object.prototype ? undefined : value;
}

/** BSON's truth: zero, false, null and a missing value are not true; everything else is. */
export function truthy(value: unknown): boolean {
	if (isNumeric(value)) return Number(value) !== 0;
	return value !== false && value !== null && value !== undefined;
}
