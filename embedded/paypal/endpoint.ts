import { randomBytes } from "node:crypto";
import { type Params, parseBody, UnreadableBody } from "../form.ts";
import type { HttpAnswer, HttpRequest, HttpResult, Route } from "../http.ts";
import type { Account } from "./account.ts";
import type { Kind } from "./documents.ts";
import { Refusal } from "./errors.ts";
import { ISSUES, type Issue } from "./issues.ts";
import { render } from "./render.ts";
import type { RequestIds } from "./request-ids.ts";
import type { Tokens } from "./tokens.ts";

/** What was done, by the document that tells of it; or a body of its own. */
export type Outcome = { status: number; kind: Kind; id: string } | { status: number; body?: object };
export type Call = { id: string; body: Params; hasRequestId: boolean };
/** `always` lists the fields that a minimal answer has besides id, status and links. */
export type Endpoint = {
	method: string;
	path: string;
	always?: string[];
	run(account: Account, call: Call): Outcome;
};

/** The endpoints as routes: token, request id, faults, then the work in one transaction. */
export function apiRoutes(account: Account, tokens: Tokens, ids: RequestIds, endpoints: Endpoint[]): Route[] {
	return endpoints.map((end) => [end.method, end.path, (request) => receive(account, tokens, ids, end, request)]);
}

function receive(account: Account, tokens: Tokens, ids: RequestIds, end: Endpoint, request: HttpRequest): HttpResult {
	const header = request.headers["paypal-request-id"] as string | undefined;
	const requestId = end.method === "POST" && header ? `${request.path} ${header}` : undefined;
	let held = false;
	const release = () => {
		if (held) ids.release(requestId!);
	};
	const work = (): HttpAnswer => {
		const mocked = request.headers["paypal-mock-response"] as string | undefined;
		if (mocked) throw mockedRefusal(mocked);
		const call: Call = { id: request.params.id ?? "", body: read(request), hasRequestId: requestId !== undefined };
		return account.state.transaction(() => {
			const outcome = end.run(account, call);
			if (requestId && "kind" in outcome) ids.keep(requestId, outcome);
			return answer(account, end, request, outcome);
		});
	};
	try {
		tokens.check(request.headers.authorization);
		const kept = requestId ? ids.begin(requestId) : null;
		if (kept) return answer(account, end, request, kept);
		held = requestId !== undefined;
		const result = account.faults.around(request, work, (status) => failure(new Refusal(status, null)));
		if (result instanceof Promise) return result.catch(failure).finally(release);
		release();
		return result;
	} catch (error) {
		release();
		return failure(error);
	}
}

function answer(account: Account, end: Endpoint, request: HttpRequest, outcome: Outcome): HttpAnswer {
	const headers = { "content-type": "application/json", "paypal-debug-id": debugId() };
	if (!("kind" in outcome)) return { status: outcome.status, headers, body: outcome.body };
	const full = render(account, outcome.kind, outcome.id);
	const whole = end.method === "GET" || request.headers.prefer === "return=representation";
	if (whole) return { status: outcome.status === 204 ? 200 : outcome.status, headers, body: full };
	if (outcome.status === 204) return { status: 204, headers: { "paypal-debug-id": headers["paypal-debug-id"] } };
	const minimal: Record<string, unknown> = { id: full.id, status: full.status };
	for (const field of end.always ?? []) if (full[field] !== undefined) minimal[field] = full[field];
	minimal.links = full.links;
	return { status: outcome.status, headers, body: minimal };
}

function read(request: HttpRequest): Params {
	if (request.raw.length === 0) return {};
	if (!request.headers["content-type"]?.startsWith("application/json")) throw new Refusal(415, null);
	// A PATCH carries a list of operations.
	if (request.method === "PATCH") return { operations: parse(request.raw.toString()) };
	try {
		return parseBody(request);
	} catch (error) {
		if (error instanceof UnreadableBody) throw new Refusal(400, "MALFORMED_REQUEST_JSON");
		throw error;
	}
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new Refusal(400, "MALFORMED_REQUEST_JSON");
	}
}

// https://developer.paypal.com/tools/sandbox/negative-testing/request-headers/
function mockedRefusal(header: string): Refusal {
	const { mock_application_codes: code } = parse(header) as { mock_application_codes?: unknown };
	const issue = Array.isArray(code) ? code[0] : code;
	if (issue === "INTERNAL_SERVER_ERROR" || issue === "INTERNAL_SERVICE_ERROR")
		return new Refusal(500, "INTERNAL_SERVICE_ERROR");
	if (typeof issue !== "string" || !Object.hasOwn(ISSUES, issue)) return new Refusal(400, "INVALID_MOCK_RESPONSE");
	const status = issue === "PERMISSION_DENIED" ? 403 : issue === "INVALID_RESOURCE_ID" ? 404 : 422;
	return new Refusal(status, issue as Issue);
}

export function failure(error: unknown): HttpAnswer {
	if (!(error instanceof Refusal)) console.error(error);
	const { status, body } = error instanceof Refusal ? error : new Refusal(500, "INTERNAL_SERVICE_ERROR");
	return { status, headers: { "paypal-debug-id": body.debug_id }, body };
}

function debugId(): string {
	return randomBytes(7).toString("hex").slice(1);
}
