import test from "ava";
import fc from "fast-check";
import { memberOf } from "./member.ts";
import { sourceFilter } from "./source-filter.ts";

test("one member of a stored document is cut out as it stands there", (t) => {
	fc.assert(
		fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (object, spaced) => {
			const json = JSON.stringify(object, null, spaced ? 2 : 0);
			for (const [name, value] of Object.entries(JSON.parse(json))) {
				const cut = memberOf(json, name);
				if (cut === null || JSON.stringify(JSON.parse(cut)) !== JSON.stringify(value)) return false;
			}
			return memberOf(json, "no such member \u0000") === null;
		}),
		{ numRuns: 300 },
	);
	t.pass();
});

test("parts of a source are chosen by name and by pattern", (t) => {
	const source = JSON.stringify({ a: { b: 1, c: [{ d: 2, e: 3 }] }, ab: 4, f: 5 });
	const shown = (spec: unknown) => JSON.parse(sourceFilter(spec)!(source));
	t.deepEqual(shown("f"), { f: 5 });
	t.deepEqual(shown(["a.c.d", "f"]), { a: { c: [{ d: 2 }] }, f: 5 });
	t.deepEqual(shown("a*"), { a: { b: 1, c: [{ d: 2, e: 3 }] }, ab: 4 });
	t.deepEqual(shown({ excludes: ["a.c", "ab"] }), { a: { b: 1 }, f: 5 });
	t.is(sourceFilter(false), null);
});
