/** What a request did wrong, answered in Elasticsearch's shape `{ error: { root_cause, type, reason }, status }`. */
export class ElasticError extends Error {
	readonly status: number;
	readonly type: string;
	readonly details: Record<string, unknown>;

	constructor(status: number, type: string, reason: string, details: Record<string, unknown> = {}) {
		super(reason);
		this.status = status;
		this.type = type;
		this.details = details;
	}

	/** The error as it stands in an item of a bulk answer. */
	described(): Record<string, unknown> {
		return { type: this.type, reason: this.message, ...this.details };
	}

	body(): string {
		const { root_cause, ...own } = this.described();
		return JSON.stringify({ error: { root_cause: root_cause ?? [own], ...own }, status: this.status });
	}
}

/** Raised while a search runs: Elasticsearch wraps these as failures of a shard. */
export class ShardError extends ElasticError {
	override body(): string {
		const cause = this.described();
		return JSON.stringify({
			error: {
				root_cause: [cause],
				type: "search_phase_execution_exception",
				reason: "all shards failed",
				phase: "query",
				grouped: true,
				failed_shards: [{ shard: 0, reason: cause }],
			},
			status: this.status,
		});
	}
}

export function illegal(reason: string): ElasticError {
	return new ElasticError(400, "illegal_argument_exception", reason);
}

export function parsing(reason: string): ElasticError {
	return new ElasticError(400, "parsing_exception", reason);
}

/** Refuses by name what this server does not know, so that nobody takes a wrong result for a right one. */
export function unsupported(thing: string): ElasticError {
	return parsing(`[${thing}] is not supported by the embedded server`);
}

export function indexNotFound(name: string): ElasticError {
	return new ElasticError(404, "index_not_found_exception", `no such index [${name}]`, {
		"resource.type": "index_or_alias",
		"resource.id": name,
		index_uuid: "_na_",
		index: name,
	});
}
