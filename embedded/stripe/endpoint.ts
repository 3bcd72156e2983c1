import { type Params, parseBody, parseForm, UnreadableBody } from "../form.ts";
import type { HttpAnswer, HttpRequest, HttpResult, Route } from "../http.ts";
import { type Account, API_VERSION } from "./account.ts";
import { authenticate } from "./authenticate.ts";
import { type ErrorBody, Refusal } from "./errors.ts";
import { expand } from "./expand.ts";
import type { Idempotency } from "./idempotency.ts";
import { letters } from "./ids.ts";
import { type Check, type Input, listOf, readParams, type Spec, text } from "./params.ts";

/** One route of the API: the parameters it takes, those it knows but does not support, and what it does with them. */
export type Endpoint = {
	method: "GET" | "POST" | "DELETE";
	path: string;
	execute(account: Account, given: Params, id: string): object;
};

const expansions: Check<string[]> = listOf(text);

export function endpoint<const S extends Spec>(
	method: Endpoint["method"],
	path: string,
	spec: S,
	run: (account: Account, input: Input<S>, id: string) => object,
	beyond = "",
): Endpoint {
	const fields = { ...spec, expand: expansions };
	const unsupported = beyond.split(" ");
	return {
		method,
		path,
		execute(account, given, id) {
			const input = readParams(given, fields, unsupported) as Input<S> & { expand?: string[] };
			const result = run(account, input, id);
			return input.expand ? expand(account, result, input.expand) : result;
		},
	};
}

/** The endpoints as routes: key, idempotency, faults, then the work in one transaction, committed with what is answered. */
export function apiRoutes(account: Account, keys: Idempotency, endpoints: Endpoint[]): Route[] {
	return endpoints.map((end) => [end.method, end.path, (request) => receive(account, keys, end, request)]);
}

function receive(account: Account, keys: Idempotency, end: Endpoint, request: HttpRequest): HttpResult {
	const requestId = `req_${letters(14)}`;
	const key = end.method === "POST" ? (request.headers["idempotency-key"] as string | undefined) : undefined;
	const headers: Record<string, string> = {
		"request-id": requestId,
		"stripe-version": (request.headers["stripe-version"] as string | undefined) ?? API_VERSION,
		...(key ? { "idempotency-key": key } : {}),
	};
	let held = false;
	const release = () => {
		if (held) keys.release(key!);
	};
	const work = (): HttpAnswer => {
		const given = read(request);
		return account.state.transaction(() => {
			account.request = { id: requestId, idempotency_key: key ?? null };
			const { status, body, executed } = attempt(account, end, given, request.params.id ?? "");
			if (key && executed) keys.keep(key, request, requestId, status, body);
			return { status, headers: withType(headers), body };
		});
	};
	try {
		authenticate(request.headers.authorization);
		const kept = key ? keys.begin(key, request) : null;
		if (kept) return { ...kept, headers: withType({ ...headers, ...kept.headers }) };
		held = key !== undefined;
		const result = account.faults.around(request, work, (status) =>
			failure(new Refusal(status, FAULT(status)), headers),
		);
		if (result instanceof Promise) return result.catch((error: unknown) => failure(error, headers)).finally(release);
		release();
		return result;
	} catch (error) {
		release();
		return failure(error, headers);
	}
}

// A refusal is an answer as well: what was written before it, such as the failed charge, stays.
function attempt(account: Account, end: Endpoint, given: Params, id: string) {
	try {
		return { status: 200, body: JSON.stringify(end.execute(account, given, id)), executed: true };
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return { status: error.status, body: JSON.stringify({ error: error.body }), executed: error.executed };
	}
}

function read(request: HttpRequest): Params {
	if (request.method === "GET") return parseForm(request.query);
	if (request.headers["content-type"]?.startsWith("application/json")) {
		const message =
			"The content-type you supplied (application/json) is not supported. Use application/x-www-form-urlencoded.";
		throw new Refusal(400, { type: "invalid_request_error", message }, false);
	}
	try {
		return parseBody(request);
	} catch (error) {
		if (!(error instanceof UnreadableBody)) throw error;
		throw new Refusal(400, { type: "invalid_request_error", message: error.message }, false);
	}
}

const FAULT = (status: number): ErrorBody => ({
	type: status < 500 ? "invalid_request_error" : "api_error",
	message: `The embedded Stripe was told to answer ${status}.`,
	...(status === 429 ? { code: "rate_limit" } : {}),
});

function failure(error: unknown, headers: Record<string, string>): HttpAnswer {
	if (error instanceof Refusal) return { status: error.status, headers, body: { error: error.body } };
	console.error(error);
	const body: ErrorBody = { type: "api_error", message: "The embedded Stripe failed; its log has the reason." };
	return { status: 500, headers, body: { error: body } };
}

function withType(headers: Record<string, string>): Record<string, string> {
	return { "content-type": "application/json", ...headers };
}
