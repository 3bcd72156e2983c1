import test from "ava";
import { fail } from "../runtime/errors.ts";
import { headersOf, problemOf } from "./problem.ts";

/** What a client is told to wait, in seconds. */
const waitAfter = (error: unknown) => headersOf(problemOf(error, "req_1"))["Retry-After"];

test("who guesses too often waits as long as the guard says", (t) => {
	t.is(waitAfter(fail("too_many_requests", { retryAfter: 240 })), "240");
	t.is(waitAfter(fail("too_many_requests", { retryAfter: 0.2 })), "1");
	t.is(waitAfter(fail("too_many_requests")), "1");
	t.is(waitAfter(fail("unavailable")), "2");
	t.is(waitAfter(fail("not_found")), undefined);
});
