import { compareExact, exact } from "./decimal.ts";
import {
	Binary,
	BSONRegExp,
	BSONSymbol,
	Code,
	Decimal128,
	type Doc,
	Double,
	isDocument,
	MaxKey,
	MinKey,
	ObjectId,
	Timestamp,
} from "./types.ts";

/**
 * Where a type stands in the BSON comparison order.
 * https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
export function typeRank(value: unknown): number {
	switch (typeof value) {
		case "string":
			return 15;
		case "number":
		case "bigint":
			return 10;
		case "boolean":
			return 40;
		case "undefined":
			return 5;
	}
	if (value === null) return 5;
	if (Array.isArray(value)) return 25;
	if (isDocument(value)) return 20;
	if (value instanceof ObjectId) return 35;
	if (value instanceof Date) return 45;
	if (value instanceof Double || value instanceof Decimal128) return 10;
	if (value instanceof Binary) return 30;
	if (value instanceof Timestamp) return 47;
	if (value instanceof BSONRegExp) return 50;
	if (value instanceof BSONSymbol) return 15;
	if (value instanceof Code) return 60;
	if (value instanceof MinKey) return 1;
	if (value instanceof MaxKey) return 127;
	throw new TypeError("a value that is not BSON");
}

/** Compares any two values in BSON order; a missing value is equal to null. */
export function compare(a: unknown, b: unknown): number {
	if (a === b) return 0;
	const rank = typeRank(a);
	const other = typeRank(b);
	if (rank !== other) return rank - other;
	switch (rank) {
		case 10:
			return compareNumbers(a as number, b as number);
		case 15:
			return compareStrings(stringOf(a), stringOf(b));
		case 20:
			return compareDocuments(a as Doc, b as Doc);
		case 25:
			return compareArrays(a as unknown[], b as unknown[]);
		case 30:
			return compareBinaries(a as Binary, b as Binary);
		case 35:
			return compareObjectIds(a as ObjectId, b as ObjectId);
		case 40:
			return Number(a) - Number(b);
		case 45:
			return (a as Date).getTime() - (b as Date).getTime();
		case 47:
			return bitsOf(a) < bitsOf(b) ? -1 : bitsOf(a) > bitsOf(b) ? 1 : 0;
		case 50: {
			const [x, y] = [a as BSONRegExp, b as BSONRegExp];
			return compareStrings(x.pattern, y.pattern) || compareStrings(x.options, y.options);
		}
		case 60:
			return compareStrings((a as Code).code, (b as Code).code);
		default:
			return 0;
	}
}

/** Equality as a filter means it: 1 and 1.0 are equal, the order of fields matters. */
export function equal(a: unknown, b: unknown): boolean {
	return a === b || compare(a, b) === 0;
}

const bitsOf = (value: unknown) => BigInt.asUintN(64, (value as Timestamp).toBigInt());

/** The characters of a string or a symbol. */
export function stringOf(value: unknown): string {
	return typeof value === "string" ? value : (value as BSONSymbol).value;
}

function compareNumbers(a: number | bigint | Double | Decimal128, b: number | bigint | Double | Decimal128): number {
	if (a instanceof Decimal128 || b instanceof Decimal128) {
		const [x, y] = [exact(a), exact(b)];
		if (x && y) return compareExact(x, y);
		return comparePlain(Number(a.toString()), Number(b.toString()));
	}
	return comparePlain(a instanceof Double ? a.value : a, b instanceof Double ? b.value : b);
}

function comparePlain(a: number | bigint, b: number | bigint): number {
	if (a < b) return -1;
	if (a > b) return 1;
	if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
	return Number.isNaN(b) ? 1 : 0;
}

/** The order of the UTF-8 bytes, which differs from JavaScript's beyond U+FFFF. */
export function compareStrings(a: string, b: string): number {
	if (a === b) return 0;
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) {
		const x = a.charCodeAt(i);
		const y = b.charCodeAt(i);
		if (x === y) continue;
		const surrogateX = x >= 0xd800 && x <= 0xdfff;
		const surrogateY = y >= 0xd800 && y <= 0xdfff;
		// A surrogate stands for a character beyond U+FFFF, so it comes after any other unit.
		return surrogateX === surrogateY ? x - y : surrogateX ? 1 : -1;
	}
	return a.length - b.length;
}

function compareDocuments(a: Doc, b: Doc): number {
	const namesA = Object.keys(a);
	const namesB = Object.keys(b);
	const length = Math.min(namesA.length, namesB.length);
	for (let i = 0; i < length; i++) {
		const [x, y] = [a[namesA[i]!], b[namesB[i]!]];
		const order = typeRank(x) - typeRank(y) || compareStrings(namesA[i]!, namesB[i]!) || compare(x, y);
		if (order !== 0) return order;
	}
	return namesA.length - namesB.length;
}

function compareArrays(a: unknown[], b: unknown[]): number {
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) {
		const order = compare(a[i], b[i]);
		if (order !== 0) return order;
	}
	return a.length - b.length;
}

function compareBinaries(a: Binary, b: Binary): number {
	return (
		a.position - b.position ||
		a.sub_type - b.sub_type ||
		Buffer.compare(a.buffer.subarray(0, a.position), b.buffer.subarray(0, b.position))
	);
}

type Words = { i0: number; i1: number; i2: number; i3: number };

function compareObjectIds(a: ObjectId, b: ObjectId): number {
	const [x, y] = [a as unknown as Words, b as unknown as Words];
	return x.i0 - y.i0 || x.i1 - y.i1 || x.i2 - y.i2 || x.i3 - y.i3;
}
