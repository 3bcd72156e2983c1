import test from "ava";
import { codeOf, fail } from "../runtime/errors.ts";
import { errors } from "../schemas/errors.ts";
import { etagOf, expectedVersion, isFresh } from "./etag.ts";
import { problemOf } from "./problem.ts";

test("a tag holds the version, and changes with anything that is shown", (t) => {
	const tag = etagOf({ version: 7 }, '{"a":1}');
	t.regex(tag, /^"7\.[\w-]{16}"$/);
	t.not(tag, etagOf({ version: 7 }, '{"a":2}'));
	t.is(expectedVersion(tag), 7);
	t.regex(etagOf({}, "{}"), /^"0\./);
});

test("If-None-Match takes a list, weak tags and an asterisk", (t) => {
	for (const header of ['"1.a"', 'W/"1.a"', '"2.b", "1.a"', "*"]) t.true(isFresh(header, '"1.a"'), header);
	for (const header of [undefined, "", '"1.b"', "1.a"]) t.false(isFresh(header, '"1.a"'), header);
});

test("If-Match with a tag of another's making fits nothing", (t) => {
	t.is(expectedVersion(undefined), undefined);
	t.is(expectedVersion("*"), undefined);
	for (const header of ["", "7", '"7"', 'W/"7.a"', '"-1.a"', '"7.a", "8.b"', `"${"9".repeat(20)}.a"`])
		t.is(expectedVersion(header), -1, header);
});

test("what went wrong on the shop's side is not shown", (t) => {
	for (const error of [
		new Error("password=hunter2"),
		fail("internal_error", { stack: "x" }, "at /srv/shop.ts:1"),
		new TypeError("x"),
		"text",
		null,
	]) {
		const problem = problemOf(error ?? new Error(), "req_1");
		t.is(problem.status, 500);
		t.is(problem.detail, errors.internal_error.title);
		t.notRegex(JSON.stringify(problem), /hunter2|srv/);
	}
	const known = problemOf(fail("out_of_stock", { lines: [] }, "Two are left"), "req_1");
	t.deepEqual(known, {
		lines: [],
		type: "/docs/errors#out_of_stock",
		title: "Not enough stock",
		status: 409,
		detail: "Two are left",
		code: "out_of_stock",
		requestId: "req_1",
	});
	t.is(codeOf({ type: "toString" }), null);
	t.is(problemOf(Object.assign(new Error("x"), { name: "RequestTimeoutError" }), "r").status, 504);
});
