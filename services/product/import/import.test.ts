import test from "ava";
import { decimalsOf, fromMinor, toMinor } from "../money.ts";
import { groupRows } from "./groups.ts";
import { readHeader } from "./header.ts";

const header = readHeader(["Handle", "Title", "Variant Price"]);

test("prices become minor units without a float in between", (t) => {
	t.is(toMinor("24.00", "USD"), 2400);
	t.is(toMinor("0.07", "USD"), 7);
	t.is(toMinor("1.1", "USD"), 110);
	t.is(toMinor("1.100", "USD"), 110);
	t.is(toMinor("70000000000.55", "USD"), 7_000_000_000_055);
	t.is(toMinor("500", "JPY"), 500);
	t.is(toMinor("1.234", "KWD"), 1234);
	for (const bad of ["", "1,50", "1e3", "-1", "+1", "1.005", ".5", "5.", "$5", "0x10", "NaN", "99999999999999"])
		t.is(toMinor(bad, "USD"), null, bad);
	t.is(toMinor("1.5", "JPY"), null);
});

test("minor units are written as they are read", (t) => {
	for (const currency of ["USD", "JPY", "KWD"])
		for (const amount of [0, 5, 50, 500, 123_456_789]) t.is(toMinor(fromMinor(amount, currency), currency), amount);
	t.is(decimalsOf("JPY"), 0);
});

test("the product in which a batch ends waits for the next one", (t) => {
	const rows = [
		["a", "A", "1"],
		["b", "B", "1"],
		["b", "", "2"],
	];
	const { groups, pending } = groupRows(header, 2, rows, false);
	t.deepEqual(
		groups.map(({ slug }) => slug),
		["a"],
	);
	t.deepEqual(pending, rows.slice(1));
	const next = groupRows(header, 3, [...pending, ["b", "", "3"]], true);
	t.deepEqual(
		next.groups.map((group) => group.rows.map(({ row }) => row)),
		[[3, 4, 5]],
	);
});

test("a row without a handle belongs to the row before, and one with a title begins a product", (t) => {
	const { groups } = groupRows(
		header,
		2,
		[
			["", "Big Mug", "1"],
			["", "", "2"],
			["", "Bowl", "1"],
		],
		true,
	);
	t.deepEqual(
		groups.map(({ slug, rows }) => [slug, rows.length]),
		[
			["big-mug", 2],
			["bowl", 1],
		],
	);
});

test("a product that never ends is not waited for", (t) => {
	const rows = Array.from({ length: 700 }, () => ["endless", "", "1"]);
	t.is(groupRows(header, 2, rows, false).pending.length, 0);
});

test("a byte order mark and blanks do not hide a column", (t) => {
	t.is(readHeader([" title ", "PRICE"]).size, 2);
});
