import { Aggregator } from "mingo/aggregator";
import type { Doc } from "../bson/types.ts";
import { MongoError } from "../errors.ts";
import { checkExpression, refuseScripts, stageOptions, translated } from "./mingo.ts";
import { fromPlain, toPlain } from "./plain.ts";
import type { Stage } from "./stages.ts";

/** A stage that mingo runs: `$bucket`, `$bucketAuto`, `$setWindowFields`, `$densify`, `$fill`, `$redact`, `$documents`. */
export function mingoStage(stage: Doc, variables?: Doc): Stage {
	const [name] = Object.keys(stage);
	if (name === "$bucket") checkBucket(stage.$bucket as Doc);
	if (name === "$redact") checkExpression(stage.$redact);
	refuseScripts(stage);
	const options = stageOptions(toPlain(variables ?? {}) as Doc);
	const aggregator = new Aggregator([toPlain(stage) as never], options);
	return function* (docs) {
		try {
			for (const doc of aggregator.stream(plainDocs(docs) as never)) yield fromPlain(doc) as Doc;
		} catch (error) {
			throw translated(error);
		}
	};
}

function* plainDocs(docs: Iterable<Doc>): Generator<unknown> {
	for (const doc of docs) yield toPlain(doc);
}

function checkBucket(spec: Doc): void {
	if (!Array.isArray(spec?.boundaries) || spec.boundaries.length < 2)
		throw new MongoError(
			40191,
			"Location40191",
			"The $bucket 'boundaries' field must be an array with at least two values",
		);
	checkExpression(spec.groupBy);
}
