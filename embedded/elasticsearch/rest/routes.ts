import { randomBytes } from "node:crypto";
import type { Json } from "../body.ts";
import { indexNotFound, unsupported } from "../errors.ts";
import type { Indices } from "../index/indices.ts";
import { search } from "../search/search.ts";
import { aliasesOf, changeAliases } from "./aliases.ts";
import { bulk } from "./bulk.ts";
import { clusterRoutes } from "./cluster.ts";
import { documentRoutes } from "./documents.ts";
import { multiSearch } from "./multi-search.ts";
import { json, ok, parameters, type RestAnswer, type RestRequest } from "./request.ts";
import { countOf, deleteByQuery, searchBody } from "./search.ts";
import { merge } from "./update.ts";

export type { RestAnswer };
export type Handler = (request: RestRequest) => RestAnswer;

/** Finds what answers a request. The path is the index first, then what is asked of it. */
export function routes(indices: Indices, clusterName: string): Handler {
	const makeId = () => randomBytes(15).toString("base64url");
	const cluster = clusterRoutes(indices, clusterName, makeId);
	const documents = documentRoutes(indices, makeId);
	const ofIndex = indexRoutes(indices, makeId);
	return (request) => {
		const { segments, method } = request;
		const [first, second] = segments;
		const read = method === "HEAD" ? "GET" : method;
		if (first === undefined || first.startsWith("_")) return (cluster[`${read} ${first ?? ""}`] ?? unknown)(request);
		if (second === undefined) return (ofIndex[read] ?? unknown)(request);
		if (segments.length > 2) {
			const document = documents[`${read} ${second}`];
			if (document && segments.length === 3) return document(request);
			if (second === "_alias" || second === "_aliases") return (ofIndex[`${read} _alias/name`] ?? unknown)(request);
			return unknown(request);
		}
		return (ofIndex[`${read} ${second}`] ?? documents[`${read} ${second}`] ?? unknown)(request);
	};
}

function indexRoutes(indices: Indices, makeId: () => string): Record<string, Handler> {
	const searched: Handler = (request) => ok(search(indices.one(request.segments[0]!), searchBody(request)));
	const counted: Handler = (request) => ok(countOf(indices.one(request.segments[0]!), request));
	const shown =
		(part: (index: ReturnType<Indices["one"]>) => Json): Handler =>
		(request) => {
			parameters(request, []);
			return ok(Object.fromEntries(indices.all(request.segments[0]!).map((index) => [index.name, part(index)])));
		};
	const refreshed: Handler = () => ok({ _shards: { total: 1, successful: 1, failed: 0 } });
	return {
		GET: shown((index) => ({
			aliases: Object.fromEntries(index.aliases),
			mappings: index.mapping.source,
			settings: settingsShown(index),
		})),
		PUT(request) {
			parameters(request, []);
			const { name } = indices.create(request.segments[0]!, json(request));
			return ok({ acknowledged: true, shards_acknowledged: true, index: name });
		},
		DELETE(request) {
			parameters(request, []);
			indices.delete(request.segments[0]!);
			return ok({ acknowledged: true });
		},
		"GET _mapping": shown((index) => ({ mappings: index.mapping.source })),
		"PUT _mapping"(request) {
			parameters(request, []);
			const added = json(request);
			for (const index of indices.all(request.segments[0]!))
				index.extend(added, merge(structuredClone(index.mapping.source), added));
			return ok({ acknowledged: true });
		},
		"GET _settings": shown((index) => ({ settings: settingsShown(index) })),
		"PUT _settings"(request) {
			parameters(request, []);
			indices.putSettings(request.segments[0]!, json(request));
			return ok({ acknowledged: true });
		},
		"GET _alias"(request) {
			parameters(request, []);
			return ok(aliasesOf(indices.all(request.segments[0]!), undefined));
		},
		"GET _alias/name"(request) {
			parameters(request, []);
			const found = aliasesOf(indices.all(request.segments[0]!), request.segments[2]!);
			return Object.keys(found).length > 0
				? ok(found)
				: ok({ error: `alias [${request.segments[2]}] missing`, status: 404 }, 404);
		},
		"PUT _alias/name": (request) => {
			parameters(request, []);
			changeAliases(indices, {
				actions: [{ add: { index: request.segments[0], alias: request.segments[2], ...json(request) } }],
			});
			return ok({ acknowledged: true });
		},
		"DELETE _alias/name": (request) => {
			parameters(request, []);
			changeAliases(indices, { actions: [{ remove: { index: request.segments[0], alias: request.segments[2] } }] });
			return ok({ acknowledged: true });
		},
		"GET _search": searched,
		"POST _search": searched,
		"GET _count": counted,
		"POST _count": counted,
		"GET _refresh": refreshed,
		"POST _refresh": refreshed,
		"POST _flush": refreshed,
		"POST _bulk": (request) => {
			parameters(request, []);
			return bulk(indices, request, request.segments[0], makeId);
		},
		"PUT _bulk": (request) => bulk(indices, request, request.segments[0], makeId),
		"POST _msearch": (request) => multiSearch(indices, request),
		"POST _delete_by_query": (request) => ok(deleteByQuery(indices.one(request.segments[0]!), request)),
	};
}

function settingsShown(index: ReturnType<Indices["one"]>): Json {
	return {
		index: {
			number_of_shards: "1",
			number_of_replicas: "0",
			provided_name: index.name,
			creation_date: String(index.createdAt),
			uuid: index.uuid,
			...index.settings,
		},
	};
}

function unknown(request: RestRequest): never {
	const path = `/${request.segments.join("/")}`;
	if (!request.segments.some((segment) => segment.startsWith("_"))) throw indexNotFound(request.segments[0] ?? "");
	throw unsupported(`${request.method} ${path}`);
}
