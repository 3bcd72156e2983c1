import { compare, equal, typeRank } from "../bson/compare.ts";
import { keyOf } from "../bson/key.ts";
import {
	Binary,
	BSONRegExp,
	BSONSymbol,
	Code,
	Decimal128,
	Double,
	isDocument,
	isNumeric,
	MaxKey,
	MinKey,
	ObjectId,
	Timestamp,
} from "../bson/types.ts";
import { BadValue, FailedToParse } from "../errors.ts";
import { regexTest } from "./regex.ts";

/** A test of one value; `undefined` stands for a missing field. */
export type Test = (value: unknown) => boolean;

/** Tries the elements of an array, then the array itself. */
export const withElements =
	(test: Test): Test =>
	(value) =>
		Array.isArray(value) ? value.some(test) || test(value) : test(value);

/** Equality with one value; a regular expression matches the strings it describes. */
export function eq(operand: unknown): Test {
	if (operand === null || operand === undefined) return (value) => value === undefined || value === null;
	if (operand instanceof BSONRegExp) return regexTest(operand.pattern, operand.options);
	if (typeof operand === "string")
		return (value) => value === operand || (value instanceof BSONSymbol && value.value === operand);
	if (typeof operand === "boolean") return (value) => value === operand;
	return (value) => value !== undefined && value !== null && equal(value, operand);
}

/** `$in`: any of the values; long lists are looked up by key. */
export function within(operands: readonly unknown[]): Test {
	if (operands.length <= 8 || operands.some((item) => item instanceof BSONRegExp)) {
		const tests = operands.map(eq);
		return (value) => tests.some((test) => test(value));
	}
	const textOf = (value: unknown) => {
		const key = keyOf(value);
		return key.latin1Slice(0, key.length);
	};
	const keys = new Set(operands.map(textOf));
	return (value) => keys.has(textOf(value ?? null));
}

/** `$gt`, `$gte`, `$lt`, `$lte`: only values of the operand's own type are compared. */
export function ordered(operator: string, operand: unknown): Test {
	const rank = typeRank(operand);
	const anyType = operand instanceof MinKey || operand instanceof MaxKey;
	const orEqual = operator.endsWith("e");
	const sign = operator.startsWith("$g") ? 1 : -1;
	if (operand instanceof BSONRegExp) throw new BadValue(`Can't have RegEx as arg to predicate over field`);
	return (value) => {
		// Against MinKey and MaxKey mongod lets every other value through, also a missing one.
		if (anyType && !(value instanceof MinKey || value instanceof MaxKey)) return true;
		if (value === undefined && rank !== 5) return false;
		if (!anyType && typeRank(value) !== rank) return false;
		if (rank === 10 && Number.isNaN(Number(value)) !== Number.isNaN(Number(operand))) return false;
		const order = compare(value ?? null, operand);
		return order === 0 ? orEqual : order * sign > 0;
	};
}

const TYPES: Record<string, [number, Test]> = {
	double: [1, (v) => v instanceof Double || (typeof v === "number" && !isInt32(v))],
	string: [2, (v) => typeof v === "string"],
	object: [3, isDocument],
	array: [4, Array.isArray],
	binData: [5, (v) => v instanceof Binary],
	undefined: [6, () => false],
	objectId: [7, (v) => v instanceof ObjectId],
	bool: [8, (v) => typeof v === "boolean"],
	date: [9, (v) => v instanceof Date],
	null: [10, (v) => v === null],
	regex: [11, (v) => v instanceof BSONRegExp],
	javascript: [13, (v) => v instanceof Code],
	symbol: [14, (v) => v instanceof BSONSymbol],
	int: [16, (v) => typeof v === "number" && isInt32(v)],
	timestamp: [17, (v) => v instanceof Timestamp],
	long: [18, (v) => typeof v === "bigint"],
	decimal: [19, (v) => v instanceof Decimal128],
	minKey: [-1, (v) => v instanceof MinKey],
	maxKey: [127, (v) => v instanceof MaxKey],
	number: [Number.NaN, isNumeric],
};

const isInt32 = (v: number) => (v | 0) === v && !Object.is(v, -0);

/** `$type` by name or number, one or a list. */
export function ofType(operand: unknown): Test {
	const tests = (Array.isArray(operand) ? operand : [operand]).map((wanted): Test => {
		if (typeof wanted === "string") {
			if (!Object.hasOwn(TYPES, wanted)) throw new BadValue(`Unknown type name alias: ${wanted}`);
			return TYPES[wanted]![1];
		}
		const found = Object.values(TYPES).find(([code]) => code === Number(wanted));
		if (!found) throw new BadValue(`Invalid numerical type code: ${wanted}`);
		return found[1];
	});
	return (value) => value !== undefined && tests.some((test) => test(value));
}

/** `$mod: [divisor, remainder]`. */
export function modulo(operand: unknown): Test {
	if (!Array.isArray(operand) || operand.length !== 2 || !operand.every(isNumeric))
		throw new BadValue("malformed mod, needs to be an array of two numbers");
	const [divisor, remainder] = operand.map((part) => Math.trunc(Number(part)));
	if (divisor === 0) throw new BadValue("divisor cannot be 0");
	return (value) => isNumeric(value) && Math.trunc(Number(value)) % divisor! === remainder;
}

/** `$size`, on the array itself. */
export function ofSize(operand: unknown): Test {
	const size = isNumeric(operand) ? Number(operand) : Number.NaN;
	if (!Number.isInteger(size) || size < 0)
		throw new FailedToParse("Failed to parse $size. Expected a non-negative integer");
	return (value) => Array.isArray(value) && value.length === size;
}
