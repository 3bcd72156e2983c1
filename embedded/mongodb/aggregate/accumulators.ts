import { compare } from "../bson/compare.ts";
import { keyOf } from "../bson/key.ts";
import { Decimal128, type Doc, Double, isDocument, isNumeric, setField } from "../bson/types.ts";
import { MongoError, NotSupported } from "../errors.ts";
import { arithmetic } from "../update/operators.ts";
import { compileExpression } from "./expression.ts";
import { checkExpression, evaluatePlain, hasAccumulator, mingoOptions } from "./mingo.ts";
import { fromPlain, toPlain } from "./plain.ts";

/** The running value of one group. */
export type Running = { add(doc: Doc): void; result(): unknown };

type Fold = { start: () => { add(value: unknown): void; result(): unknown } };

const fold = (start: Fold["start"]): Fold => ({ start });

const FOLDS: Record<string, Fold> = {
	$sum: fold(() => {
		let sum: number | bigint | Double | Decimal128 = 0;
		return {
			add: (value) => {
				if (isNumeric(value)) sum = arithmetic("+", sum, value);
			},
			result: () => sum,
		};
	}),
	$avg: fold(() => {
		let sum = 0;
		let n = 0;
		return {
			add: (value) => {
				if (!isNumeric(value)) return;
				if (value instanceof Decimal128) throw new NotSupported("$avg over Decimal128");
				sum += Number(value);
				n++;
			},
			result: () => (n === 0 ? null : new Double(sum / n)),
		};
	}),
	$min: extreme(-1),
	$max: extreme(1),
	$first: fold(() => {
		let first: unknown;
		let seen = false;
		return {
			add: (value) => {
				if (!seen) first = value;
				seen = true;
			},
			result: () => first ?? null,
		};
	}),
	$last: fold(() => {
		let last: unknown;
		return {
			add: (value) => {
				last = value;
			},
			result: () => last ?? null,
		};
	}),
	$push: fold(() => {
		const all: unknown[] = [];
		return {
			add: (value) => {
				if (value !== undefined) all.push(value);
			},
			result: () => all,
		};
	}),
	$addToSet: fold(() => {
		const all = new Map<string, unknown>();
		return {
			add: (value) => {
				if (value === undefined) return;
				const key = keyOf(value);
				const text = key.latin1Slice(0, key.length);
				if (!all.has(text)) all.set(text, value);
			},
			result: () => [...all.values()],
		};
	}),
	$mergeObjects: fold(() => {
		const merged: Doc = {};
		return {
			add: (value) => {
				if (value === undefined || value === null) return;
				if (!isDocument(value)) throw new MongoError(40400, "Location40400", "$mergeObjects requires object inputs");
				for (const name of Object.keys(value)) setField(merged, name, value[name]);
			},
			result: () => merged,
		};
	}),
};

function extreme(sign: 1 | -1): Fold {
	return fold(() => {
		let best: unknown;
		return {
			add: (value) => {
				if (value === undefined || value === null) return;
				if (best === undefined || compare(value, best) * sign > 0) best = value;
			},
			result: () => best ?? null,
		};
	});
}

/** Compiles `{ $sum: "$price" }` into a maker of running values. Those not kept here gather the group and let mingo compute. */
export function compileAccumulator(field: string, spec: unknown, variables?: Doc): () => Running {
	const names = isDocument(spec) ? Object.keys(spec) : [];
	if (names.length !== 1)
		throw new MongoError(40234, "Location40234", `The field '${field}' must be an accumulator object`);
	const name = names[0]!;
	const argument = (spec as Doc)[name];
	if (name === "$count") return compileAccumulator(field, { $sum: 1 }, variables);
	const own = FOLDS[name];
	if (own) {
		const expression = compileExpression(argument, variables);
		return () => {
			const running = own.start();
			return { add: (doc) => running.add(expression(doc)), result: running.result };
		};
	}
	if (name === "$accumulator") throw new NotSupported("the accumulator $accumulator");
	if (!hasAccumulator(name)) throw new MongoError(15952, "Location15952", `unknown group operator '${name}'`);
	checkExpression(argument);
	const options = mingoOptions(toPlain(variables ?? {}) as Doc);
	return () => {
		const docs: unknown[] = [];
		return {
			add: (doc) => docs.push(toPlain(doc)),
			result: () => fromPlain(evaluatePlain(docs, toPlain(spec), options)),
		};
	};
}
