import test from "ava";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { compose, senderOf } from "./message.ts";

const shop = senderOf("Tradewind <shop@tradewind.test>");
const mail = { to: "ada@example.com", subject: "Your order", text: "Thank you", html: "<p>Thank you</p>", id: "ntf_1" };
const now = new Date("2026-01-02T03:04:05Z");

test("a mail is read as it was written", async (t) => {
	const raw = compose(mail, shop, now);
	const read = await simpleParser(raw);
	t.is(read.subject, mail.subject);
	t.is(read.text?.trim(), mail.text);
	t.is(read.html || "", mail.html);
	t.is(read.messageId, "<ntf_1@tradewind.test>");
	t.deepEqual(read.date, now);
	t.deepEqual(read.from?.value, [{ name: "Tradewind", address: "shop@tradewind.test" }]);
	t.is(read.headers.get("auto-submitted"), "auto-generated");
	t.regex(raw, /^Date: Fri, 02 Jan 2026 03:04:05 \+0000\r$/m);
});

test("every word of a subject and a body arrives, in lines that servers take", async (t) => {
	const words = fc.string({ unit: "grapheme", maxLength: 300 });
	await fc.assert(
		fc.asyncProperty(words, words, async (subject, body) => {
			const html = `<p>${body}</p>`;
			const raw = compose({ ...mail, subject: `a ${subject} b`, html }, shop, now);
			t.notRegex(raw, /[^\r]\n|\r[^\n]/, "lines end as they must");
			t.true(raw.split("\r\n").every((line) => Buffer.byteLength(line) <= 998));
			t.is(Buffer.byteLength(raw), raw.length, "no server is asked for more than ASCII");
			const read = await simpleParser(raw);
			const spaces = (value: string) => value.replace(/[\s\p{Cc}]+/gu, " ").trim();
			t.is(spaces(read.subject ?? ""), spaces(`a ${subject} b`));
			t.is((read.html || "").trimEnd(), html.replace(/\r\n?/g, "\n"));
		}),
	);
});

test("nobody adds a header or a recipient by what stands in a mail", async (t) => {
	const subject = "Yours\r\nBcc: eve@example.com\r\n\r\nand more";
	const read = await simpleParser(compose({ ...mail, subject, text: ".\r\n.\r\nQUIT" }, shop, now));
	t.false(read.headers.has("bcc"));
	t.is(read.text?.trim(), ".\n.\nQUIT");
});

test("a domain of another alphabet is written as mail servers know it", async (t) => {
	const raw = compose({ ...mail, to: "ada@bücher.example" }, senderOf("Läden <shop@läden.test>"), now);
	t.is(Buffer.byteLength(raw), raw.length);
	t.regex(raw, /^To: ada@xn--bcher-kva\.example\r$/m);
	t.regex(raw, /^Message-ID: <ntf_1@xn--lden-loa\.test>\r$/m);
});

for (const [setting, name] of [
	["shop@tradewind.test", ""],
	["Tradewind Goods <shop@tradewind.test>", "Tradewind Goods"],
	['"Wind, Trade & Co." <shop@tradewind.test>', "Wind, Trade & Co."],
	["Café Zürich <shop@tradewind.test>", "Café Zürich"],
] as const)
	test(`the sender ${setting} is read as such`, async (t) => {
		const read = await simpleParser(compose(mail, senderOf(setting), now));
		t.deepEqual(read.from?.value, [{ name, address: "shop@tradewind.test" }]);
	});
