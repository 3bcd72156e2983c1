import test from "ava";
import { seal, unseal } from "./sealed.ts";

test("a sealed answer is read by its caller's key and the shop's secret, and by nobody who lacks one", (t) => {
	const text = JSON.stringify({ secret: "sk_1", name: "Ä" });
	const sealed = seal(text, "the shop's", "the caller's", "record");
	t.is(unseal(sealed, "the shop's", "the caller's", "record"), text);
	t.is(unseal(sealed, "another", "the caller's", "record"), null);
	t.is(unseal(sealed, "the shop's", "1", "record"), null);
	t.is(unseal(sealed, "the shop's", "the caller's", "another record"), null);
	t.false(Buffer.from(sealed, "base64").includes("sk_1"));
	t.not(seal(text, "the shop's", "the caller's", "record"), sealed);
});

test("a sealed answer that was changed, cut or was never sealed is not read", (t) => {
	const sealed = seal("text", "a", "b", "c");
	const bytes = Buffer.from(sealed, "base64");
	for (let n = 0; n < bytes.length; n++) {
		const changed = Buffer.from(bytes);
		changed[n]! ^= 1;
		t.is(unseal(changed.toString("base64"), "a", "b", "c"), null, String(n));
	}
	for (const odd of ["", "{}", sealed.slice(0, 20), bytes.subarray(0, 27).toString("base64")])
		t.is(unseal(odd, "a", "b", "c"), null, odd);
	t.is(unseal(seal("", "a", "b", "c"), "a", "b", "c"), "");
});
