import { type Json, list, object, text } from "../body.ts";
import { illegal, unsupported } from "../errors.ts";
import type { Indices } from "../index/indices.ts";
import type { VersionedIndex } from "../index/versioned-index.ts";
import { sourceFilter } from "../search/source-filter.ts";
import { guardOf, json, ok, parameters, parse, type RestAnswer, type RestRequest, written } from "./request.ts";
import { update } from "./update.ts";

type Handler = (request: RestRequest) => RestAnswer;

const WRITE = ["version", "version_type", "if_seq_no", "if_primary_term", "op_type", "require_alias"];
const SOURCE = ["_source", "_source_includes", "_source_excludes"];

/** What is asked of one document, and `_mget`. */
export function documentRoutes(indices: Indices, makeId: () => string): Record<string, Handler> {
	const put = (request: RestRequest, create: boolean) => {
		parameters(request, WRITE);
		const [name, , id = makeId()] = request.segments as [string, string, string?];
		const index = indices.one(name);
		const source = request.body.toString("utf8");
		const guard = {
			...guardOf((key) => request.query.get(key)),
			create: create || request.query.get("op_type") === "create",
		};
		const done = index.index(id, object(parse(source), "source"), source, guard);
		return ok(written(index.name, done), done.result === "created" ? 201 : 200);
	};
	return {
		"PUT _doc": (request) => put(request, false),
		"POST _doc": (request) => put(request, false),
		"PUT _create": (request) => put(request, true),
		"POST _create": (request) => put(request, true),
		"GET _doc"(request) {
			parameters(request, [...SOURCE, "realtime"]);
			const index = indices.one(request.segments[0]!);
			const found = document(index, request.segments[2]!, sourceSpec(request.query));
			return { status: index.source(request.segments[2]!) === undefined ? 404 : 200, body: found };
		},
		"GET _source"(request) {
			parameters(request, [...SOURCE, "realtime"]);
			const stored = indices.one(request.segments[0]!).source(request.segments[2]!);
			if (stored === undefined) throw illegal(`Document not found [${request.segments[0]}]/[${request.segments[2]}]`);
			return ok(sourceFilter(sourceSpec(request.query))?.(stored) ?? "{}");
		},
		"DELETE _doc"(request) {
			parameters(request, WRITE);
			const index = indices.one(request.segments[0]!);
			const done = index.delete(
				request.segments[2]!,
				guardOf((key) => request.query.get(key)),
			);
			return ok(written(index.name, done), done.result === "deleted" ? 200 : 404);
		},
		"POST _update"(request) {
			parameters(request, [...WRITE, "retry_on_conflict"]);
			const index = indices.one(request.segments[0]!);
			const { written: done } = update(
				index,
				request.segments[2]!,
				json(request),
				guardOf((key) => request.query.get(key)),
			);
			return ok(written(index.name, done), done.result === "created" ? 201 : 200);
		},
		"POST _mget": (request) => multiGet(indices, request),
		"GET _mget": (request) => multiGet(indices, request),
	};
}

export function multiGet(indices: Indices, request: RestRequest): RestAnswer {
	parameters(request, [...SOURCE, "realtime"]);
	const { docs, ids, ...rest } = json(request);
	for (const key in rest) throw unsupported(`_mget ${key}`);
	const target = request.segments[0]?.startsWith("_") ? undefined : request.segments[0];
	const wanted = ids !== undefined ? list(ids).map((_id) => ({ _id })) : list(docs ?? []);
	const found = wanted.map((entry) => {
		const { _index = target, _id, _source, ...other } = object(entry, "docs") as Json;
		for (const key in other) throw unsupported(`_mget docs.${key}`);
		if (_index === undefined) throw illegal("index is missing for an item of _mget");
		return document(indices.one(text(_index, "_index")), text(_id, "_id"), _source ?? sourceSpec(request.query));
	});
	return ok(`{"docs":[${found.join(",")}]}`);
}

function document(index: VersionedIndex, id: string, spec: unknown): string {
	const source = index.source(id);
	const name = `"_index":${JSON.stringify(index.name)},"_id":${JSON.stringify(id)}`;
	if (source === undefined) return `{${name},"found":false}`;
	const { version, seqNo } = index.versions(id);
	const filter = sourceFilter(spec);
	const shown = filter === null ? "" : `,"_source":${filter(source)}`;
	return `{${name},"_version":${version},"_seq_no":${seqNo},"_primary_term":1,"found":true${shown}}`;
}

/** What the query parameters say of `_source`. */
export function sourceSpec(query: URLSearchParams): unknown {
	const plain = query.get("_source");
	const includes = query.get("_source_includes")?.split(",");
	const excludes = query.get("_source_excludes")?.split(",");
	if (includes || excludes) return { ...(includes && { includes }), ...(excludes && { excludes }) };
	if (plain === null) return undefined;
	return plain === "true" || plain === "" ? true : plain === "false" ? false : plain.split(",");
}
