import type { ServerResponse } from "node:http";
import test from "ava";
import { fail } from "../runtime/errors.ts";
import { sendProblem } from "./problem.ts";

/** What a client is told to wait, in seconds. */
function waitAfter(error: unknown): string | undefined {
	const headers = new Map<string, string>();
	const response = {
		headersSent: false,
		req: { method: "GET" },
		hasHeader: (name: string) => headers.has(name),
		setHeader: (name: string, value: string) => headers.set(name, value),
		writeHead() {},
		end() {},
	};
	sendProblem(response as unknown as ServerResponse, error, "req_1");
	return headers.get("Retry-After");
}

test("who guesses too often waits as long as the guard says", (t) => {
	t.is(waitAfter(fail("too_many_requests", { retryAfter: 240 })), "240");
	t.is(waitAfter(fail("too_many_requests", { retryAfter: 0.2 })), "1");
	t.is(waitAfter(fail("too_many_requests")), "1");
	t.is(waitAfter(fail("unavailable")), "2");
	t.is(waitAfter(fail("not_found")), undefined);
});
