import { type Doc, getField, isDocument, truthy } from "../bson/types.ts";
import { path } from "../query/path.ts";
import { checkExpression, evaluatePlain, mingoOptions } from "./mingo.ts";
import { fromPlain, toPlain } from "./plain.ts";

/** A compiled expression; `undefined` is a missing value. */
export type Expression = (doc: Doc) => unknown;

// One document is often asked for several expressions in a row.
let lastDoc: Doc | undefined;
let lastPlain: unknown;

function plainOf(doc: Doc): unknown {
	if (doc !== lastDoc) {
		lastPlain = toPlain(doc);
		lastDoc = doc;
	}
	return lastPlain;
}

/** Compiles an aggregation expression: paths and constants here, with their BSON types kept; everything else by mingo. */
export function compileExpression(expression: unknown, variables: Doc = {}): Expression {
	if (typeof expression === "string" && expression[0] === "$") {
		if (expression === "$$ROOT" || expression === "$$CURRENT") return (doc) => doc;
		if (expression === "$$REMOVE") return () => undefined;
		if (expression[1] !== "$") {
			const { parts } = path(expression.slice(1));
			return (doc) => resolve(doc, parts, 0);
		}
	} else if (typeof expression !== "object" || expression === null) return () => expression;
	else if (isDocument(expression) && Object.keys(expression).length === 1 && "$literal" in expression) {
		const { $literal } = expression;
		return () => $literal;
	} else if (!Array.isArray(expression) && !isDocument(expression)) return () => expression;
	checkExpression(expression);
	const options = mingoOptions(toPlain(variables) as Doc);
	const plain = toPlain(expression);
	return (doc) => fromPlain(evaluatePlain(plainOf(doc), plain, options));
}

/** The value of `$a.b`: through arrays it gathers what the elements have. */
export function resolve(value: unknown, parts: readonly string[], from: number): unknown {
	if (from === parts.length) return value;
	if (isDocument(value)) return resolve(getField(value, parts[from]!), parts, from + 1);
	if (!Array.isArray(value)) return undefined;
	const found: unknown[] = [];
	for (const item of value) {
		const one = isDocument(item) || Array.isArray(item) ? resolve(item, parts, from) : undefined;
		if (one !== undefined) found.push(one);
	}
	return found;
}

/** The test of a filter's `$expr`. */
export function expressionTest(expression: unknown, variables?: Doc): (doc: Doc) => boolean {
	const compiled = compileExpression(expression, variables);
	return (doc) => truthy(compiled(doc));
}

/** The top-level fields that an expression reads, or false when it may read all. */
export function fieldsOf(expression: unknown, into: Set<string>): boolean {
	if (typeof expression === "string") {
		if (expression[0] !== "$") return true;
		if (expression[1] === "$") return !/^\$\$(ROOT|CURRENT)/.test(expression);
		into.add(expression.slice(1).split(".")[0]!);
		return true;
	}
	if (Array.isArray(expression)) return expression.every((item) => fieldsOf(item, into));
	if (isDocument(expression)) return Object.values(expression).every((item) => fieldsOf(item, into));
	return true;
}
