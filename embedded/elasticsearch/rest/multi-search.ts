import { object } from "../body.ts";
import { ElasticError, illegal, unsupported } from "../errors.ts";
import type { Indices } from "../index/indices.ts";
import { search } from "../search/search.ts";
import { lines, ok, parameters, parse, type RestAnswer, type RestRequest } from "./request.ts";

/** `_msearch`: each search answers or fails by itself. */
export function multiSearch(indices: Indices, request: RestRequest): RestAnswer {
	parameters(request, []);
	const started = performance.now();
	const rows = lines(request.body);
	const answers: string[] = [];
	for (let at = 0; at + 1 < rows.length; at += 2) {
		try {
			const { index = request.segments[0], ...rest } = object(rows[at] === "" ? {} : parse(rows[at]!), "header");
			for (const key in rest) throw unsupported(`_msearch ${key}`);
			const name = Array.isArray(index) ? index.join(",") : index;
			if (typeof name !== "string" || name.startsWith("_"))
				throw illegal("the embedded server searches one index by its name");
			const found = search(indices.one(name), object(parse(rows[at + 1]!), "body"));
			answers.push(`${found.slice(0, -1)},"status":200}`);
		} catch (error) {
			if (!(error instanceof ElasticError)) throw error;
			answers.push(error.body());
		}
	}
	return ok(`{"took":${Math.floor(performance.now() - started)},"responses":[${answers.join(",")}]}`);
}
