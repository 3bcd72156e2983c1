import { Context, evalExpr, OpType } from "mingo/core";
import * as accumulators from "mingo/operators/accumulator";
import * as expressions from "mingo/operators/expression";
import * as pipeline from "mingo/operators/pipeline";
import * as projections from "mingo/operators/projection";
import * as queries from "mingo/operators/query";
import * as windows from "mingo/operators/window";
import type { Options } from "mingo/types";
import { compare } from "../bson/compare.ts";
import { type Doc, truthy } from "../bson/types.ts";
import { BadValue, MongoError, NotSupported } from "../errors.ts";

type Operator = (doc: never, args: never, options: Options) => unknown;

const evaluate = (doc: unknown, args: unknown, options: Options) => evalExpr(doc as never, args as never, options);

const comparison =
	(decide: (order: number) => unknown): Operator =>
	(doc, args, options) => {
		const values = evaluate(doc, args, options);
		if (!Array.isArray(values) || values.length !== 2) throw new BadValue("a comparison takes exactly two arguments");
		return decide(missingFirst(values[0], values[1]));
	};

// In an expression a missing value is smaller than null; in a filter they are the same.
function missingFirst(a: unknown, b: unknown): number {
	if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
	return compare(a, b);
}

const all = (value: unknown) => (Array.isArray(value) ? value : [value]);

// mingo compares as its own query language does, where arrays match by element; an expression compares whole values.
const OWN: Record<string, Operator> = {
	$eq: comparison((order) => order === 0),
	$ne: comparison((order) => order !== 0),
	$gt: comparison((order) => order > 0),
	$gte: comparison((order) => order >= 0),
	$lt: comparison((order) => order < 0),
	$lte: comparison((order) => order <= 0),
	$cmp: comparison((order) => Math.sign(order)),
	$in: (doc, args, options) => {
		const [value, list] = all(evaluate(doc, args, options));
		if (!Array.isArray(list))
			throw new MongoError(40081, "Location40081", "$in requires an array as a second argument");
		return list.some((item) => missingFirst(value, item) === 0);
	},
	$and: (doc, args, options) => all(args).every((arg) => truthy(evaluate(doc, arg, options))),
	$or: (doc, args, options) => all(args).some((arg) => truthy(evaluate(doc, arg, options))),
	$not: (doc, args, options) => !truthy(evaluate(doc, all(args)[0], options)),
};

/** What MongoDB has and neither mingo nor this server does right. */
const REFUSED = ["$function", "$accumulator", "$toDecimal", "$meta", "$toHashedIndexKey", "$sampleRate", "$convert"];

const known = new Set([...Object.keys(expressions), ...Object.keys(accumulators), ...Object.keys(OWN)]);

/** mingo's options, made ready for many evaluations: the root is set for each document. */
export type Evaluation = Options & { update(locals: { root: unknown }): void };

// mingo copies every operator each time it is given plain options, and hands its own ready ones only to operators.
const CAPTURE = "$capture";
const capture: Operator = (_doc, _args, options) => options;

const context = Context.init({
	accumulator: accumulators as never,
	expression: { ...expressions, ...OWN, [CAPTURE]: capture } as never,
	pipeline: pipeline as never,
	projection: projections as never,
	query: queries as never,
	window: windows as never,
});

/** mingo's options with the variables of a `let`. */
export function mingoOptions(variables: Doc = {}): Evaluation {
	const options = { context, variables: variables as never, scriptEnabled: false };
	return evalExpr({} as never, { [CAPTURE]: 1 } as never, options as never) as unknown as Evaluation;
}

/** The options of a whole stage. mingo computes windows by functions of its own, so scripts are on: see `refuseScripts`. */
export function stageOptions(variables: Doc = {}): Options {
	return { context, variables, scriptEnabled: true } as unknown as Options;
}

/** Throws 238 where JavaScript is asked for, at any depth. */
export function refuseScripts(spec: unknown): void {
	if (typeof spec !== "object" || spec === null) return;
	for (const [name, value] of Object.entries(spec)) {
		if (name === "$function" || name === "$accumulator" || name === "$where") throw new NotSupported(name);
		refuseScripts(value);
	}
}

/** Evaluates an expression over a plain document. mingo's own errors become BadValue. */
export function evaluatePlain(doc: unknown, expression: unknown, options: Evaluation): unknown {
	try {
		options.update({ root: Array.isArray(doc) ? null : doc });
		return evalExpr(doc as never, expression as never, options);
	} catch (error) {
		throw translated(error);
	}
}

/** mingo's error as MongoDB's. */
export function translated(error: unknown): unknown {
	if (error instanceof MongoError || !(error instanceof Error)) return error;
	return new BadValue(error.message);
}

/** Throws 168 for an operator that does not exist and 238 for one that is not supported, before any document is read. */
export function checkExpression(expression: unknown): void {
	if (Array.isArray(expression)) {
		for (const item of expression) checkExpression(item);
		return;
	}
	if (typeof expression !== "object" || expression === null || Object.getPrototypeOf(expression) !== Object.prototype)
		return;
	const names = Object.keys(expression);
	for (const name of names) {
		if (name[0] === "$") {
			if (names.length > 1)
				throw new MongoError(
					15983,
					"Location15983",
					`An object representing an expression must have exactly one field: ${names.join(", ")}`,
				);
			if (name === "$literal") return;
			if (REFUSED.includes(name)) throw new NotSupported(`the expression ${name}`);
			if (!known.has(name)) throw new MongoError(168, "InvalidPipelineOperator", `Unrecognized expression '${name}'`);
		}
		checkExpression((expression as Doc)[name]);
	}
}

/** True when mingo has a stage of that name. */
export const hasStage = (name: string) => context.getOperator(OpType.PIPELINE, name as never) !== null;
/** True when mingo has an accumulator of that name. */
export const hasAccumulator = (name: string) => Object.hasOwn(accumulators, name);
