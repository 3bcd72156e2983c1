import type { Json } from "../body.ts";
import { unsupported } from "../errors.ts";
import type { Indices } from "../index/indices.ts";
import { aliasesOf, changeAliases } from "./aliases.ts";
import { bulk } from "./bulk.ts";
import { multiGet } from "./documents.ts";
import { multiSearch } from "./multi-search.ts";
import { json, ok, parameters, type RestAnswer, type RestRequest } from "./request.ts";

type Handler = (request: RestRequest) => RestAnswer;

const VERSION = {
	number: "9.4.3",
	build_flavor: "embedded",
	build_type: "embedded",
	build_hash: "0",
	build_date: "2026-06-25T14:04:34.316306228Z",
	build_snapshot: false,
	lucene_version: "10.4.0",
	minimum_wire_compatibility_version: "8.19.0",
	minimum_index_compatibility_version: "8.0.0",
};

/** What is asked of the server as a whole. */
export function clusterRoutes(indices: Indices, name: string, makeId: () => string): Record<string, Handler> {
	const health = ({ segments }: RestRequest) => {
		if (segments[1] !== "health") throw unsupported(`GET /${segments.join("/")}`);
		const wanted = segments[2];
		const shown = wanted === undefined ? indices.byName.size : indices.all(wanted).length;
		return ok(healthOf(name, shown));
	};
	const aliases = (request: RestRequest) => {
		parameters(request, []);
		const wanted = request.segments[1];
		const found = aliasesOf([...indices.byName.values()], wanted);
		if (wanted !== undefined && Object.keys(found).length === 0)
			return ok({ error: `alias [${wanted}] missing`, status: 404 }, 404);
		return ok(found);
	};
	const refresh = () => ok({ _shards: { total: indices.byName.size, successful: indices.byName.size, failed: 0 } });
	return {
		"GET ": () =>
			ok({
				name: "embedded",
				cluster_name: name,
				cluster_uuid: name,
				version: VERSION,
				tagline: "You Know, for Search",
			}),
		"GET _cluster": health,
		"GET _alias": aliases,
		"GET _aliases": aliases,
		"POST _aliases"(request) {
			parameters(request, []);
			changeAliases(indices, json(request));
			return ok({ acknowledged: true, errors: false });
		},
		"POST _bulk"(request) {
			parameters(request, []);
			return bulk(indices, request, undefined, makeId);
		},
		"PUT _bulk": (request) => bulk(indices, request, undefined, makeId),
		"POST _msearch": (request) => multiSearch(indices, request),
		"POST _mget": (request) => multiGet(indices, request),
		"GET _mget": (request) => multiGet(indices, request),
		"POST _refresh": refresh,
		"GET _refresh": refresh,
	};
}

function healthOf(name: string, shards: number): Json {
	return {
		cluster_name: name,
		status: "green",
		timed_out: false,
		number_of_nodes: 1,
		number_of_data_nodes: 1,
		active_primary_shards: shards,
		active_shards: shards,
		relocating_shards: 0,
		initializing_shards: 0,
		unassigned_shards: 0,
		unassigned_primary_shards: 0,
		delayed_unassigned_shards: 0,
		number_of_pending_tasks: 0,
		number_of_in_flight_fetch: 0,
		task_max_waiting_in_queue_millis: 0,
		active_shards_percent_as_number: 100,
	};
}
