import type { IncomingMessage, ServerResponse } from "node:http";
import { codeOf, fail } from "../runtime/errors.ts";
import { type ErrorCode, errors } from "../schemas/errors.ts";

/** RFC 9457, with the shop's own `code`, the request's id, and for validation where the mistakes are. */
export interface Problem extends Record<string, unknown> {
	type: string;
	title: string;
	status: number;
	detail: string;
	code: ErrorCode;
	requestId: string;
}

/** Errors of the broker itself, by their name or type. */
const brokerErrors: Record<string, ErrorCode> = {
	RequestTimeoutError: "timeout",
	RequestSkippedError: "timeout",
	ServiceNotFoundError: "unavailable",
	ServiceNotAvailableError: "unavailable",
	QueueIsFullError: "unavailable",
	RequestRejectedError: "unavailable",
	GracefulStopTimeoutError: "unavailable",
	MongoServerSelectionError: "unavailable",
	MongoNetworkError: "unavailable",
	MongoNetworkTimeoutError: "unavailable",
	PoolClearedError: "unavailable",
};

/** Turns whatever was thrown into what may be shown: a 5xx keeps its message to itself. */
export function problemOf(error: unknown, requestId: string): Problem {
	const known = codeOf(error);
	const code = known ?? brokerErrors[(error as Error).name] ?? "internal_error";
	const { status, title } = errors[code];
	const data = known ? (((error as { data?: unknown }).data ?? {}) as Record<string, unknown>) : {};
	return {
		...data,
		type: `/docs/errors#${code}`,
		title,
		status,
		detail: known && status < 500 ? (error as Error).message : title,
		code,
		requestId,
	};
}

const RETRY_AFTER: Partial<Record<ErrorCode, string>> = {
	too_many_requests: "1",
	unavailable: "2",
	timeout: "2",
	provider_failed: "5",
	idempotency_in_flight: "1",
};

/** Seconds: as the error itself says, or what is usual for its code. */
function waitOf({ code, retryAfter }: Problem): string | undefined {
	if (typeof retryAfter === "number" && retryAfter > 0) return String(Math.ceil(retryAfter));
	return RETRY_AFTER[code];
}

/** What a problem says beside its body. */
export function headersOf(problem: Problem): Record<string, string> {
	const wait = waitOf(problem);
	return {
		"Content-Type": "application/problem+json",
		...(wait ? { "Retry-After": wait } : {}),
		...(problem.status === 401 ? { "WWW-Authenticate": "Bearer" } : {}),
	};
}

/** @returns the problem that was sent, so that it can be logged */
export function sendProblem(response: ServerResponse, error: unknown, requestId: string): Problem {
	const problem = problemOf(error, requestId);
	if (response.headersSent) {
		response.destroy();
		return problem;
	}
	for (const [name, value] of Object.entries(headersOf(problem)))
		if (name !== "Retry-After" || !response.hasHeader(name)) response.setHeader(name, value);
	const body = Buffer.from(JSON.stringify(problem));
	cutOff(response.req);
	response.writeHead(problem.status, { "Content-Length": body.length });
	response.end(response.req.method === "HEAD" ? undefined : body);
	return problem;
}

/** Milliseconds for which the rest of a refused body is taken, as a client that still sends would not see its answer. */
const TAKE_FOR = 5_000;

/** Ends the connection of a client that goes on with a body which nobody reads. */
function cutOff(request: IncomingMessage): void {
	const { "content-length": length, "transfer-encoding": encoding } = request.headers;
	if (request.complete || (encoding === undefined && (length === undefined || length === "0"))) return;
	request.resume();
	// Over a connection that is used again this request is complete by then.
	setTimeout(() => {
		if (!request.complete) request.socket.destroy();
	}, TAKE_FOR).unref();
}

export const notFound = () => fail("not_found");
