import { type Json, object } from "../body.ts";
import { ElasticError, illegal } from "../errors.ts";
import type { Guard, Written } from "../index/versioned-index.ts";

export type RestRequest = { method: string; segments: string[]; query: URLSearchParams; body: Buffer };
/** `body` is JSON text. */
export type RestAnswer = { status: number; body: string };

// Ways to show an answer, or to wait for what has been done by then.
const HARMLESS = [
	"pretty",
	"human",
	"error_trace",
	"timeout",
	"master_timeout",
	"wait_for_active_shards",
	"refresh",
	"preference",
	"request_cache",
];
const LENIENT = [
	"ignore_unavailable",
	"allow_no_indices",
	"expand_wildcards",
	"include_defaults",
	"flat_settings",
	"local",
	"features",
];

/** Refuses a query parameter that is not understood. */
export function parameters(request: RestRequest, known: string[]): void {
	for (const key of request.query.keys())
		if (!known.includes(key) && !HARMLESS.includes(key) && !LENIENT.includes(key))
			throw illegal(
				`request [/${request.segments.join("/")}] contains unrecognized parameter: [${key}], or one that is not supported by the embedded server`,
			);
}

/** The body as an object; an empty one is `{}`. */
export function json(request: RestRequest): Json {
	if (request.body.length === 0) return {};
	return object(parse(request.body.toString("utf8")), "body");
}

export function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new ElasticError(400, "x_content_parse_exception", (error as Error).message);
	}
}

/** The lines of an NDJSON body. */
export function lines(body: Buffer): string[] {
	if (body[body.length - 1] !== 10) throw illegal("The bulk request must be terminated by a newline [\\n]");
	const out: string[] = [];
	for (let from = 0; from < body.length; ) {
		const end = body.indexOf(10, from);
		// Each its own string: slices of one would keep the whole body.
		out.push(body.toString("utf8", from, end));
		from = end + 1;
	}
	return out;
}

export function ok(body: object | string, status = 200): RestAnswer {
	return { status, body: typeof body === "string" ? body : JSON.stringify(body) };
}

/** The version that a write asks for, from query parameters or from a bulk item. */
export function guardOf(get: (name: string) => unknown): Guard {
	const type = get("version_type") ?? undefined;
	if (type !== undefined && type !== "internal" && type !== "external" && type !== "external_gte")
		throw illegal(`No version type match [${type}]`);
	const version = natural(get("version"), "version");
	const external = type === "external" || type === "external_gte";
	if (external && version === undefined)
		throw invalid(`illegal version value [-3] for version type [${String(type).toUpperCase()}];`);
	if (!external && version !== undefined)
		throw invalid(
			"internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead;",
		);
	return {
		version,
		versionType: type,
		ifSeqNo: natural(get("if_seq_no"), "if_seq_no"),
		ifPrimaryTerm: natural(get("if_primary_term"), "if_primary_term"),
	};
}

export function written(index: string, { id, version, seqNo, result }: Written): Json {
	return {
		_index: index,
		_id: id,
		_version: version,
		result,
		_shards: { total: 1, successful: result === "noop" ? 0 : 1, failed: 0 },
		_seq_no: seqNo,
		_primary_term: 1,
	};
}

function natural(value: unknown, name: string): number | undefined {
	if (value === undefined || value === null) return undefined;
	const number = Number(value);
	if (!Number.isSafeInteger(number) || number < 0)
		throw illegal(`Failed to parse long parameter [${name}] with value [${value}]`);
	return number;
}

function invalid(reason: string): ElasticError {
	return new ElasticError(400, "action_request_validation_exception", `Validation Failed: 1: ${reason}`);
}
