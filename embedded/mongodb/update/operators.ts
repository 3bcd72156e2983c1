import { compare, equal } from "../bson/compare.ts";
import { decimalArithmetic } from "../bson/decimal.ts";
import { BSONRegExp, Decimal128, type Doc, Double, isDocument, isNumeric, Timestamp } from "../bson/types.ts";
import { BadValue, FailedToParse, MongoError, TypeMismatch } from "../errors.ts";
import { compileFilter, isOperators, leafTest } from "../query/filter.ts";
import { parseSort, sortDocs } from "../query/sort.ts";

/** Marks a field that an operator takes away. */
export const REMOVED: unique symbol = Symbol("removed");

/** What an operator makes of the value at its place; `undefined` in is a missing field, `undefined` out leaves it alone. */
export type Apply = (value: unknown) => unknown;

type Numeric = number | bigint | Double | Decimal128;

/** Adds or multiplies and widens as MongoDB does: int32 to int64, either to double, any to decimal. */
export function arithmetic(op: "+" | "*", a: Numeric, b: Numeric): Numeric {
	if (a instanceof Decimal128 || b instanceof Decimal128) return decimalArithmetic(op, a, b);
	const isFloat = (value: Numeric) =>
		value instanceof Double || (typeof value === "number" && !Number.isInteger(value)) || Object.is(value, -0);
	if (isFloat(a) || isFloat(b)) {
		const sum = op === "+" ? Number(a) + Number(b) : Number(a) * Number(b);
		return Number.isInteger(sum) ? new Double(sum) : sum;
	}
	if (typeof a === "number" && typeof b === "number") {
		const result = op === "+" ? a + b : a * b;
		if ((result | 0) === result) return result;
	}
	const result = op === "+" ? BigInt(a as bigint) + BigInt(b as bigint) : BigInt(a as bigint) * BigInt(b as bigint);
	if (BigInt.asIntN(64, result) !== result)
		throw new BadValue("Failed to apply the operator: the result does not fit into an int64");
	return result;
}

function number(op: string, at: string, operand: unknown): Numeric {
	if (!isNumeric(operand))
		throw new TypeMismatch(
			`Cannot ${op === "$inc" ? "increment" : "multiply"} with non-numeric argument: {${at}: ${show(operand)}}`,
		);
	return operand;
}

function current(op: string, at: string, value: unknown): Numeric {
	if (!isNumeric(value))
		throw new TypeMismatch(
			`Cannot apply ${op} to a value of non-numeric type. The field '${at}' has the value ${show(value)}`,
		);
	return value;
}

function array(op: string, at: string, value: unknown): unknown[] {
	if (!Array.isArray(value)) throw new BadValue(`The field '${at}' must be an array but is ${show(value)} (${op})`);
	return value;
}

const show = (value: unknown) => JSON.stringify(value, (_, item) => (typeof item === "bigint" ? Number(item) : item));

/** Compiles one operator for one path. Throws FailedToParse (9) for an operator that does not exist. */
export function compileOperator(op: string, at: string, operand: unknown): Apply {
	switch (op) {
		case "$set":
		case "$setOnInsert":
			return () => operand;
		case "$unset":
			return () => REMOVED;
		case "$inc": {
			const step = number(op, at, operand);
			return (value) => (value === undefined ? step : arithmetic("+", current(op, at, value), step));
		}
		case "$mul": {
			const factor = number(op, at, operand);
			return (value) => arithmetic("*", value === undefined ? 0 : current(op, at, value), factor);
		}
		case "$min":
			return (value) => (value === undefined || compare(operand, value) < 0 ? operand : undefined);
		case "$max":
			return (value) => (value === undefined || compare(operand, value) > 0 ? operand : undefined);
		case "$currentDate":
			return currentDate(operand);
		case "$bit":
			return bits(at, operand);
		case "$push":
			return push(at, operand);
		case "$addToSet":
			return addToSet(at, operand);
		case "$pop":
			return pop(at, operand);
		case "$pull":
			return pull(at, operand);
		case "$pullAll": {
			if (!Array.isArray(operand)) throw new BadValue("$pullAll requires an array argument");
			return (value) =>
				value === undefined
					? undefined
					: array(op, at, value).filter((item) => !operand.some((one) => equal(one, item)));
		}
		default:
			throw new FailedToParse(
				`Unknown modifier: ${op}. Expected a valid update modifier or pipeline-style update specified as an array`,
			);
	}
}

function currentDate(operand: unknown): Apply {
	const type = isDocument(operand) ? operand.$type : "date";
	if (operand !== true && operand !== false && type !== "date" && type !== "timestamp")
		throw new BadValue("The '$type' string field is required to be 'date' or 'timestamp'");
	if (type === "timestamp") return () => new Timestamp({ t: Math.floor(Date.now() / 1000), i: 1 });
	return () => new Date();
}

function bits(at: string, operand: unknown): Apply {
	if (!isDocument(operand)) throw new BadValue("The $bit modifier is not compatible with a non-object");
	const steps = Object.entries(operand).map(([name, mask]) => {
		if (!["and", "or", "xor"].includes(name))
			throw new BadValue(`The $bit modifier only supports 'and', 'or', and 'xor', not '${name}'`);
		if (typeof mask !== "number" && typeof mask !== "bigint")
			throw new BadValue("The $bit modifier field must be an Integer(32/64 bit)");
		return { name, mask };
	});
	return (value = 0) => {
		if ((typeof value !== "number" || !Number.isInteger(value)) && typeof value !== "bigint")
			throw new BadValue(
				`Cannot apply $bit to a value of non-integral type. The field '${at}' has the value ${show(value)}`,
			);
		const wide = typeof value === "bigint" || steps.some(({ mask }) => typeof mask === "bigint");
		let result = BigInt(value);
		for (const { name, mask } of steps) {
			if (name === "and") result &= BigInt(mask);
			else if (name === "or") result |= BigInt(mask);
			else result ^= BigInt(mask);
		}
		return wide ? BigInt.asIntN(64, result) : Number(BigInt.asIntN(32, result));
	};
}

const integer = (name: string, value: unknown): number => {
	if (!isNumeric(value) || !Number.isInteger(Number(value)))
		throw new BadValue(`The value for ${name} must be an integer value but was given ${show(value)}`);
	return Number(value);
};

function push(at: string, operand: unknown): Apply {
	const modifiers = isDocument(operand) && "$each" in operand ? operand : { $each: [operand] };
	const { $each, $position, $slice, $sort } = modifiers as Doc;
	for (const name of Object.keys(modifiers))
		if (!["$each", "$position", "$slice", "$sort"].includes(name))
			throw new BadValue(`Unrecognized clause in $push: ${name}`);
	if (!Array.isArray($each))
		throw new BadValue(`The argument to $each in $push must be an array but it was of type: ${typeof $each}`);
	const position = $position === undefined ? undefined : integer("$position", $position);
	const slice = $slice === undefined ? undefined : integer("$slice", $slice);
	return (value) => {
		let list = value === undefined ? [] : [...array("$push", at, value)];
		list.splice(position ?? list.length, 0, ...$each);
		if ($sort !== undefined) list = sortList(list, $sort);
		if (slice !== undefined) list = slice < 0 ? list.slice(slice) : list.slice(0, slice);
		return list;
	};
}

function sortList(list: unknown[], by: unknown): unknown[] {
	if (isDocument(by)) return sortDocs(list as Doc[], parseSort(by)!);
	const direction = Number(by);
	if (direction !== 1 && direction !== -1) throw new BadValue("The $sort element value must be either 1 or -1");
	return list.sort((a, b) => compare(a, b) * direction);
}

function addToSet(at: string, operand: unknown): Apply {
	const each = isDocument(operand) && "$each" in operand ? operand.$each : [operand];
	if (!Array.isArray(each)) throw new TypeMismatch("The argument to $each in $addToSet must be an array");
	return (value) => {
		const list = value === undefined ? [] : [...array("$addToSet", at, value)];
		const before = list.length;
		for (const item of each) if (!list.some((one) => equal(one, item))) list.push(item);
		return list.length === before && value !== undefined ? undefined : list;
	};
}

function pop(at: string, operand: unknown): Apply {
	const end = Number(operand);
	if (end !== 1 && end !== -1) throw new FailedToParse(`$pop expects 1 or -1, found: ${show(operand)}`);
	return (value) => {
		if (value === undefined) return undefined;
		if (!Array.isArray(value)) throw new TypeMismatch(`Path '${at}' contains an element of non-array type`);
		return end === 1 ? value.slice(0, -1) : value.slice(1);
	};
}

function pull(at: string, operand: unknown): Apply {
	const test = pullTest(operand);
	return (value) => {
		if (value === undefined) return undefined;
		const list = array("$pull", at, value);
		const kept = list.filter((item) => !test(item));
		return kept.length === list.length ? undefined : kept;
	};
}

function pullTest(operand: unknown): (item: unknown) => boolean {
	if (operand instanceof BSONRegExp) return leafTest("$eq", operand).test;
	if (isOperators(operand)) {
		const { test } = compileFilter({ item: operand });
		return (item) => test({ item });
	}
	if (isDocument(operand)) {
		const { test } = compileFilter(operand);
		return (item) => isDocument(item) && test(item);
	}
	return (item) => equal(item, operand);
}

/** `$rename` takes the new path; both must be plain. */
export function checkRename(from: string, to: unknown): string {
	if (typeof to !== "string") throw new BadValue(`The 'to' field for $rename must be a string: ${from}: ${show(to)}`);
	if (to === from) throw new BadValue(`The source and target field for $rename must differ: ${from}`);
	if (to === "" || /\$/.test(to) || /\$/.test(from))
		throw new BadValue(`The source and target of $rename may not be positional: ${from}`);
	return to;
}

/** Code 40. */
export const conflict = (at: string, with_: string) =>
	new MongoError(40, "ConflictingUpdateOperators", `Updating the path '${at}' would create a conflict at '${with_}'`);
