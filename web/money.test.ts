import test from "ava";
// @ts-expect-error the storefront is plain JavaScript
import { decimal, format, minor, saving } from "./money.js";

test("an amount is written with the digits of its currency", (t) => {
	t.is(format({ amount: 1999, currency: "USD" }, "en-US"), "$19.99");
	t.is(format({ amount: 5, currency: "USD" }, "en-US"), "$0.05");
	t.is(format({ amount: -250, currency: "USD" }, "en-US"), "-$2.50");
	t.is(format({ amount: 1999, currency: "JPY" }, "en-US"), "¥1,999");
	t.is(decimal({ amount: 1234, currency: "KWD" }), "1.234");
});

test("a large amount is written to the last cent", (t) => {
	t.is(format({ amount: 900719925474099, currency: "USD" }, "en-US"), "$9,007,199,254,740.99");
});

test("a typed amount becomes minor units, and what is no amount is refused", (t) => {
	t.is(minor("19.99", "USD"), 1999);
	t.is(minor(" 20 ", "USD"), 2000);
	t.is(minor("19,5", "EUR"), 1950);
	t.is(minor("500", "JPY"), 500);
	for (const text of ["", "-1", "1e3", "19.999", "1.5.5", "$5"]) t.is(minor(text, "USD"), null, text);
	t.is(minor("5.5", "JPY"), null);
});

test("a written amount is read back as it was", (t) => {
	for (const currency of ["USD", "JPY", "KWD"])
		for (const amount of [0, 1, 10, 99, 100, 101, 123456789])
			t.is(minor(decimal({ amount, currency }), currency), amount);
});

test("a saving is shown only when the price was higher", (t) => {
	const usd = (amount: number) => ({ amount, currency: "USD" });
	t.is(saving(usd(7500), usd(10000)), 25);
	t.is(saving(usd(9999), usd(10000)), 0);
	t.is(saving(usd(100), usd(100)), null);
	t.is(saving(usd(100), null), null);
});
