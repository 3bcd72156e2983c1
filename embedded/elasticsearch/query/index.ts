import { object } from "../body.ts";
import { parsing, unsupported } from "../errors.ts";
import type { Shard } from "../index/shard.ts";
import { bool, constantScore, disMax, functionScore } from "./compound.ts";
import { match, matchBoolPrefix, matchPhrase } from "./full-text.ts";
import type { Context } from "./matches.ts";
import { multiMatch } from "./multi-match.ts";
import { exists, fuzzy, ids, matchAll, matchNone, prefix, type Query, range, term, terms } from "./term-level.ts";

const QUERIES: Record<string, Query> = {
	bool,
	constant_score: constantScore,
	dis_max: disMax,
	function_score: functionScore,
	match,
	match_bool_prefix: matchBoolPrefix,
	match_phrase: matchPhrase,
	multi_match: multiMatch,
	match_all: matchAll,
	match_none: matchNone,
	term,
	terms,
	range,
	exists,
	ids,
	prefix,
	fuzzy,
};

/** What evaluates the queries of one search. */
export function contextOf(indexName: string, shard: Shard): Context {
	shard.scratch.begin();
	const context: Context = {
		scratch: shard.scratch,
		indexName,
		shard,
		mapping: shard.mapping,
		close: new Map(),
		run(query, boost, scoring) {
			const keys = Object.keys(object(query, "query"));
			if (keys.length !== 1)
				throw parsing(
					keys.length === 0 ? "query malformed, empty clause found" : "[query] malformed query, expected one query",
				);
			const [name, body] = Object.entries(query as object)[0]!;
			const found = Object.hasOwn(QUERIES, name) ? QUERIES[name] : undefined;
			if (!found) throw unsupported(`query ${name}`);
			return found(body, context, boost, scoring);
		},
	};
	return context;
}
