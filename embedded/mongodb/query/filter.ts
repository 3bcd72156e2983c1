import { expressionTest } from "../aggregate/expression.ts";
import { BSONRegExp, type Doc, isDocument, truthy } from "../bson/types.ts";
import { BadValue, type MongoError, NotSupported } from "../errors.ts";
import { eq, modulo, ofSize, ofType, ordered, type Test, withElements, within } from "./operators.ts";
import { anyAt, type Path, path } from "./path.ts";
import { regexTest } from "./regex.ts";

/** One condition that every match must meet: what the planner and the positional operator look at. */
export type Condition = { path: Path; op: string; value: unknown; test: Test };

/** A compiled filter. `fields` are the top-level fields it reads, or undefined when it may read all. */
export type Filter = {
	test: (doc: Doc) => boolean;
	conditions: readonly Condition[];
	fields: ReadonlySet<string> | undefined;
	source: Doc;
};

type Builder = { conditions: Condition[]; fields: Set<string>; all: boolean };

/** Compiles a filter. Throws BadValue (2) and the like for an operator that MongoDB does not know, 238 for one that this server does not. */
export function compileFilter(source: Doc, variables?: Doc): Filter {
	const builder: Builder = { conditions: [], fields: new Set(), all: false };
	const tests = compileAll(source, builder, true, variables);
	return {
		test: conjunction(tests),
		conditions: builder.conditions,
		fields: builder.all ? undefined : builder.fields,
		source,
	};
}

type DocTest = (doc: Doc) => boolean;

function conjunction(tests: DocTest[]): DocTest {
	if (tests.length === 0) return () => true;
	if (tests.length === 1) return tests[0]!;
	if (tests.length === 2) return (doc) => tests[0]!(doc) && tests[1]!(doc);
	return (doc) => tests.every((test) => test(doc));
}

function compileAll(source: Doc, builder: Builder, top: boolean, variables?: Doc): DocTest[] {
	const tests: DocTest[] = [];
	for (const name of Object.keys(source)) {
		const value = source[name];
		if (name[0] === "$") {
			const test = compileLogical(name, value, builder, top, variables);
			if (test) tests.push(test);
		} else compileField(path(name), value, builder, top, tests);
	}
	return tests;
}

function compileLogical(
	name: string,
	value: unknown,
	builder: Builder,
	top: boolean,
	variables?: Doc,
): DocTest | undefined {
	switch (name) {
		case "$and":
			return conjunction(clauses(name, value).flatMap((clause) => compileAll(clause, builder, top, variables)));
		case "$or":
		case "$nor": {
			const parts = clauses(name, value).map((clause) => conjunction(compileAll(clause, builder, false, variables)));
			return name === "$or" ? (doc) => parts.some((part) => part(doc)) : (doc) => !parts.some((part) => part(doc));
		}
		case "$expr":
			builder.all = true;
			return expressionTest(value, variables);
		case "$comment":
			return undefined;
		case "$where":
		case "$text":
		case "$jsonSchema":
		case "$sampleRate":
			throw new NotSupported(`the query operator ${name}`);
		default:
			throw new BadValue(
				`unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
			);
	}
}

function clauses(name: string, value: unknown): Doc[] {
	if (!Array.isArray(value)) throw new BadValue(`${name} must be an array`);
	if (value.length === 0) throw new BadValue("$and/$or/$nor must be a nonempty array");
	for (const clause of value)
		if (!isDocument(clause)) throw new BadValue("$or/$and/$nor entries need to be full objects");
	return value as Doc[];
}

/** True for `{ $gt: 1 }`, false for the literal `{ a: 1 }`. */
export function isOperators(value: unknown): value is Doc {
	if (!isDocument(value)) return false;
	for (const name in value) return name[0] === "$" && name !== "$ref" && name !== "$id" && name !== "$db";
	return false;
}

function compileField(at: Path, value: unknown, builder: Builder, top: boolean, tests: DocTest[]): void {
	builder.fields.add(at.top);
	if (!isOperators(value)) {
		tests.push(condition(at, "$eq", value, builder, top));
		return;
	}
	for (const op of Object.keys(value)) {
		if (op === "$options") {
			if (!Object.hasOwn(value, "$regex")) throw new BadValue("$options needs a $regex");
		} else if (op === "$regex") tests.push(regexCondition(at, value, builder, top));
		else tests.push(condition(at, op, value[op], builder, top));
	}
}

function regexCondition(at: Path, value: Doc, builder: Builder, top: boolean): DocTest {
	const { $regex, $options } = value;
	const pattern = $regex instanceof BSONRegExp ? $regex.pattern : $regex;
	const options = $options ?? ($regex instanceof BSONRegExp ? $regex.options : "");
	if (typeof pattern !== "string") throw new BadValue("$regex has to be a string");
	if (typeof options !== "string") throw new BadValue("$options has to be a string");
	return condition(at, "$eq", new BSONRegExp(pattern, options), builder, top);
}

function condition(at: Path, op: string, value: unknown, builder: Builder, top: boolean): DocTest {
	// These two ask every operand of the whole path, since different array elements may answer for each.
	if (op === "$not") return negation(at, value, builder);
	if (op === "$all") return everyOf(at, value, builder, top);
	const { test, negated } = leafTest(op, value, at);
	if (top && !negated) builder.conditions.push({ path: at, op, value, test });
	const { parts, top: name } = at;
	const found: DocTest =
		parts.length === 1 ? (doc) => test(own(doc, name)) : (doc) => anyAt(own(doc, name), parts, 1, test);
	return negated ? (doc) => !found(doc) : found;
}

function negation(at: Path, value: unknown, builder: Builder): DocTest {
	if (value instanceof BSONRegExp) return negationOf(condition(at, "$eq", value, builder, false));
	if (!isOperators(value)) throw new BadValue("$not needs a regex or a document");
	const tests: DocTest[] = [];
	compileField(at, value, builder, false, tests);
	return negationOf(conjunction(tests));
}

const negationOf =
	(test: DocTest): DocTest =>
	(doc) =>
		!test(doc);

function everyOf(at: Path, value: unknown, builder: Builder, top: boolean): DocTest {
	if (!Array.isArray(value)) throw new BadValue("$all needs an array");
	if (value.length === 0) return () => false;
	return conjunction(
		value.map((item) =>
			isOperators(item)
				? condition(at, "$elemMatch", item.$elemMatch, builder, top)
				: condition(at, "$eq", item, builder, top),
		),
	);
}

const own = (doc: Doc, name: string): unknown => {
	const value = doc[name];
	return typeof value === "function" || value === Object.prototype ? undefined : value;
};

/** The test of one operator on the value at the end of a path. */
export function leafTest(op: string, value: unknown, at?: Path): { test: Test; negated: boolean } {
	const yes = (test: Test) => ({ test, negated: false });
	switch (op) {
		case "$eq":
			return yes(withElements(eq(value)));
		case "$ne":
			if (value instanceof BSONRegExp) throw new BadValue("Can't have regex as arg to $ne.");
			return { test: withElements(eq(value)), negated: true };
		case "$in":
		case "$nin":
			if (!Array.isArray(value)) throw new BadValue(`${op} needs an array`);
			if (value.some(isOperators)) throw new BadValue(`cannot nest $ under ${op}`);
			return { test: withElements(within(value)), negated: op === "$nin" };
		case "$gt":
		case "$gte":
		case "$lt":
		case "$lte":
			return yes(withElements(ordered(op, value)));
		case "$exists":
			return { test: (found) => found !== undefined, negated: !truthy(value) };
		case "$type":
			return yes(withElements(ofType(value)));
		case "$size":
			return yes(ofSize(value));
		case "$mod":
			return yes(withElements(modulo(value)));
		case "$all":
			return yes(allOf(value));
		case "$elemMatch":
			return yes(elementTest(value));
		case "$not":
			return { test: operatorsOf(value), negated: true };
		default:
			throw unknown(op, at);
	}
}

const REFUSED = new Set([
	"$near",
	"$nearSphere",
	"$geoWithin",
	"$geoIntersects",
	"$within",
	"$maxDistance",
	"$bitsAllSet",
	"$bitsAnySet",
	"$bitsAllClear",
	"$bitsAnyClear",
	"$where",
	"$text",
	"$jsonSchema",
]);

function unknown(op: string, at?: Path): MongoError {
	if (REFUSED.has(op)) return new NotSupported(`the query operator ${op}`);
	return new BadValue(`unknown operator: ${op}${at ? ` (at '${at.text}')` : ""}`);
}

function operatorsTest(value: Doc): Test {
	const tests = Object.keys(value)
		.filter((op) => op !== "$options")
		.map((op) => {
			if (op === "$regex") {
				const { $regex, $options = "" } = value;
				const pattern = $regex instanceof BSONRegExp ? $regex.pattern : String($regex);
				return withElements(
					regexTest(pattern, String($options || ($regex instanceof BSONRegExp ? $regex.options : ""))),
				);
			}
			const { test, negated } = leafTest(op, value[op]);
			return negated ? (found: unknown) => !test(found) : test;
		});
	return (found) => tests.every((test) => test(found));
}

function operatorsOf(value: unknown): Test {
	if (value instanceof BSONRegExp) return withElements(regexTest(value.pattern, value.options));
	if (!isOperators(value)) throw new BadValue("$not needs a regex or a document");
	return operatorsTest(value);
}

function allOf(value: unknown): Test {
	if (!Array.isArray(value)) throw new BadValue("$all needs an array");
	const tests = value.map((item) =>
		isOperators(item) && "$elemMatch" in item ? elementTest(item.$elemMatch) : withElements(eq(item)),
	);
	return tests.length === 0 ? () => false : (found) => tests.every((test) => test(found));
}

function elementTest(value: unknown): Test {
	if (!isDocument(value)) throw new BadValue("$elemMatch needs an Object");
	const logical = ["$and", "$or", "$nor", "$expr"];
	if (isOperators(value) && !logical.includes(Object.keys(value)[0]!)) {
		const test = operatorsTest(value);
		return (found) => Array.isArray(found) && found.some(test);
	}
	const { test } = compileFilter(value);
	return (found) =>
		Array.isArray(found) &&
		found.some((item) => (isDocument(item) ? test(item) : Array.isArray(item) && test({ ...item } as unknown as Doc)));
}
