import test from "ava";
import { nextSpan, readTrace, traceNow, within, writeTrace } from "./trace.ts";

const HEADER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test("a traceparent is read and written as it came", (t) => {
	const trace = readTrace(HEADER);
	t.deepEqual(trace, { id: "0af7651916cd43dd8448eb211c80319c", span: "b7ad6b7169203331", flags: "01" });
	t.is(writeTrace(trace!), HEADER);
	t.is(readTrace(HEADER.replace(/^00/, "cc").concat("-more"))?.span, "b7ad6b7169203331", "of a version to come");
});

test("what is no traceparent is as if it were not there", (t) => {
	for (const header of [
		undefined,
		"",
		"rubbish",
		[HEADER],
		HEADER.toUpperCase(),
		`${HEADER}-more`,
		HEADER.replace(/^00/, "ff"),
		HEADER.replace("0af7651916cd43dd8448eb211c80319c", "0".repeat(32)),
		HEADER.replace("b7ad6b7169203331", "0".repeat(16)),
		HEADER.slice(1),
	])
		t.is(readTrace(header), null, String(header));
});

test("work and all that follows from it belongs to one trace, and to no other's", async (t) => {
	const one = nextSpan(readTrace(HEADER));
	t.is(one.id, "0af7651916cd43dd8448eb211c80319c");
	t.not(one.span, "b7ad6b7169203331");
	const two = nextSpan(null);
	const seen = await Promise.all(
		[one, two, null].map((trace) =>
			within(trace, async () => {
				await new Promise((resolve) => setImmediate(resolve));
				return traceNow();
			}),
		),
	);
	t.deepEqual(seen, [one, two, undefined]);
});
