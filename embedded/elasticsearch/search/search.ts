import { type Json, number, object, text, whole } from "../body.ts";
import { parsing, ShardError, unsupported } from "../errors.ts";
import type { Shard } from "../index/shard.ts";
import { contextOf } from "../query/index.ts";
import { type Context, constant, docsOf, type Matches, scoreOf, select } from "../query/matches.ts";
import { aggregate } from "./aggregations.ts";
import { afterValues, type Sort, shortest, sortOf } from "./sort.ts";
import { sourceFilter } from "./source-filter.ts";
import { top, topScores } from "./top.ts";

const KNOWN = [
	"query",
	"from",
	"size",
	"sort",
	"search_after",
	"track_total_hits",
	"track_scores",
	"_source",
	"aggs",
	"aggregations",
	"post_filter",
	"min_score",
	"timeout",
	"version",
	"seq_no_primary_term",
];
const WINDOW = 10_000;
const SHARDS = '"_shards":{"total":1,"successful":1,"skipped":0,"failed":0}';

/** What search needs of an index: its name, its documents, and the versions of a document as JSON members. */
export type Searched = { name: string; shard: Shard; versions(id: string): { version: number; seqNo: number } };

/** Answers `_search` as JSON text; the sources are put in as they are stored. */
export function search(index: Searched, body: Json): string {
	const started = performance.now();
	for (const key in body) {
		if (KNOWN.includes(key)) continue;
		if (typeof body[key] === "object") throw unsupported(`search.${key}`);
		throw parsing(`Unknown key for a value in [${key}].`);
	}
	const { shard } = index;
	const context = contextOf(index.name, shard);
	const from = whole(body.from ?? 0, "from");
	const size = whole(body.size ?? 10, "size");
	if (from + size > WINDOW)
		throw new ShardError(
			400,
			"illegal_argument_exception",
			`Result window is too large, from + size must be less than or equal to: [${WINDOW}] but was [${from + size}].`,
		);
	if (body.search_after !== undefined && from > 0)
		throw parsing("`from` parameter must be set to 0 when `search_after` is used.");
	if (body.search_after !== undefined && body.sort === undefined)
		throw new ShardError(400, "illegal_argument_exception", "Sort must contain at least one field.");

	let found: Matches | null = null;
	const sort = sortOf(body.sort, context, (doc) => (found!.scores === null ? found!.score : found!.scores[doc]!));
	const scoring = (size > 0 && (sort.needsScores || body.track_scores === true)) || body.min_score !== undefined;
	found = context.run(body.query ?? { match_all: {} }, 1, scoring);
	if (body.min_score !== undefined) found = cutLow(context, found, number(body.min_score, "min_score"));
	const matching = living(context, found);
	const aggs = body.aggs ?? body.aggregations;
	const aggregations =
		aggs === undefined ? null : aggregate(object(aggs, "aggs"), matching, { context, live: () => everything(context) });
	const hits =
		body.post_filter === undefined
			? matching
			: select(context, matching, context.run(body.post_filter, 0, false).bits, 1);
	const later = body.search_after === undefined ? hits : hits.filter(afterValues(body.search_after, sort));
	const wanted = from + size;
	const page = (sort.given ? top(later, wanted, sort.compare) : topScores(later, wanted, found)).subarray(from);

	const total = totalOf(body.track_total_hits, hits.length);
	const max =
		scoring && (!sort.given || body.track_scores === true) && hits.length > 0 ? shortest(highest(found, hits)) : "null";
	const shown = [...page].map((doc) => hit(index, doc, body, sort, scoring ? found : null)).join(",");
	const rest = aggregations === null ? "" : `,"aggregations":${JSON.stringify(aggregations)}`;
	const took = Math.floor(performance.now() - started);
	return `{"took":${took},"timed_out":false,${SHARDS},"hits":{${total}"max_score":${max},"hits":[${shown}]}${rest}}`;
}

/** How many documents the query finds. */
export function count(index: Searched, query: unknown): number {
	const context = contextOf(index.name, index.shard);
	return living(context, context.run(query ?? { match_all: {} }, 0, false)).length;
}

/** The ids of the documents that the query finds. */
export function idsOf(index: Searched, query: unknown): string[] {
	const context = contextOf(index.name, index.shard);
	const found = living(context, context.run(query, 0, false));
	return [...found].map((doc) => index.shard.ids[doc]!);
}

function living(context: Context, found: Matches): Int32Array {
	return select(context, docsOf(context, found), context.shard.live, 1);
}

function everything(context: Context): Int32Array {
	return living(context, constant(context, 0, 1));
}

function cutLow(context: Context, found: Matches, least: number): Matches {
	return { ...found, docs: docsOf(context, found).filter((doc) => scoreOf(found, doc) >= least) };
}

function highest(found: Matches, docs: Int32Array): number {
	if (found.scores === null) return found.score;
	let max = -Infinity;
	for (const doc of docs) if (found.scores[doc]! > max) max = found.scores[doc]!;
	return max;
}

function totalOf(spec: unknown, found: number): string {
	if (spec === false) return "";
	const limit = spec === undefined ? WINDOW : spec === true ? Infinity : whole(spec, "track_total_hits");
	return `"total":{"value":${Math.min(found, limit)},"relation":"${found > limit ? "gte" : "eq"}"},`;
}

function hit(index: Searched, doc: number, body: Json, sort: Sort, scored: Matches | null): string {
	const { shard, name } = index;
	const id = shard.ids[doc]!;
	const shownScore = scored !== null && (sort.needsScores || body.track_scores === true);
	const score = shownScore ? shortest(scoreOf(scored, doc)) : "null";
	const filter = sourceFilter(body._source);
	const source = filter === null ? "" : `,"_source":${filter(shard.sources[doc]!)}`;
	const values = sort.given ? `,"sort":[${sort.keys.map((key) => key.show(doc)).join(",")}]` : "";
	let versions = "";
	if (body.version === true || body.seq_no_primary_term === true) {
		const { version, seqNo } = index.versions(id);
		if (body.version === true) versions += `,"_version":${version}`;
		if (body.seq_no_primary_term === true) versions += `,"_seq_no":${seqNo},"_primary_term":1`;
	}
	return `{"_index":${JSON.stringify(text(name, "index"))},"_id":${JSON.stringify(id)}${versions},"_score":${score}${source}${values}}`;
}
