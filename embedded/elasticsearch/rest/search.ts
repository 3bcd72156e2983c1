import type { Json } from "../body.ts";
import { illegal, unsupported } from "../errors.ts";
import type { VersionedIndex } from "../index/versioned-index.ts";
import { count, idsOf } from "../search/search.ts";
import { sourceSpec } from "./documents.ts";
import { json, parameters, type RestRequest } from "./request.ts";

const SOURCE = ["_source", "_source_includes", "_source_excludes"];

/** The body of a search with what the query parameters say. */
export function searchBody(request: RestRequest): Json {
	parameters(request, [
		...SOURCE,
		"from",
		"size",
		"track_total_hits",
		"allow_partial_search_results",
		"batched_reduce_size",
		"ccs_minimize_roundtrips",
		"max_concurrent_shard_requests",
	]);
	const body = json(request);
	const { query } = request;
	for (const key of ["from", "size"]) if (query.has(key)) body[key] = Number(query.get(key));
	const total = query.get("track_total_hits");
	if (total !== null) body.track_total_hits = total === "true" ? true : total === "false" ? false : Number(total);
	const source = sourceSpec(query);
	if (source !== undefined) body._source = source;
	return body;
}

export function countOf(index: VersionedIndex, request: RestRequest): Json {
	parameters(request, []);
	const { query, ...rest } = json(request);
	for (const key in rest) throw unsupported(`_count ${key}`);
	return { count: count(index, query), _shards: { total: 1, successful: 1, skipped: 0, failed: 0 } };
}

export function deleteByQuery(index: VersionedIndex, request: RestRequest): Json {
	parameters(request, ["conflicts", "wait_for_completion", "requests_per_second", "slices", "scroll_size"]);
	if (request.query.get("wait_for_completion") === "false") throw unsupported("_delete_by_query without waiting");
	const { query, ...rest } = json(request);
	for (const key in rest) throw unsupported(`_delete_by_query ${key}`);
	if (query === undefined) throw illegal("query is missing");
	const started = performance.now();
	const ids = idsOf(index, query);
	for (const id of ids) index.delete(id, {});
	return {
		took: Math.floor(performance.now() - started),
		timed_out: false,
		total: ids.length,
		deleted: ids.length,
		batches: ids.length > 0 ? 1 : 0,
		version_conflicts: 0,
		noops: 0,
		retries: { bulk: 0, search: 0 },
		throttled_millis: 0,
		requests_per_second: -1,
		throttled_until_millis: 0,
		failures: [],
	};
}
