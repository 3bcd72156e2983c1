import { compileStages } from "../aggregate/stages.ts";
import { type Doc, isDocument } from "../bson/types.ts";
import { BadValue, FailedToParse } from "../errors.ts";
import type { Update } from "./compile.ts";

const ALLOWED = new Set(["$set", "$addFields", "$unset", "$project", "$replaceRoot", "$replaceWith"]);

/** An update by a pipeline. Each stage sees the document that the one before it made. */
export function compilePipeline(source: unknown[], variables?: Doc): Update {
	for (const stage of source) {
		const name = isDocument(stage) ? Object.keys(stage)[0] : undefined;
		if (!name || !ALLOWED.has(name))
			throw new FailedToParse(`${name ?? "An empty stage"} is not allowed to be used within an update`);
	}
	const stages = compileStages(source as Doc[], undefined, variables);
	const run = (doc: Doc) => {
		const { _id } = doc;
		const [result] = stages([doc]);
		if (!result) throw new BadValue("the pipeline of an update gave no document");
		return _id === undefined || "_id" in result ? result : { _id, ...result };
	};
	return { run, touched: undefined };
}
