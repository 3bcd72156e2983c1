import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { createTransport } from "nodemailer";
import { type SmtpOptions, startSmtp } from "./index.ts";
import type { MailSummary, ParsedMail } from "./mailbox.ts";

async function start(t: ExecutionContext, options: Partial<SmtpOptions> = {}) {
	const standIn = await startSmtp({ dataDir: null, ...options });
	t.teardown(() => standIn.close());
	const transport = createTransport(standIn.url, { from: "Tradewind <shop@tradewind.test>" });
	t.teardown(() => transport.close());
	return { standIn, transport };
}

const read = async <T>(url: string): Promise<T> => (await fetch(url)).json() as Promise<T>;
const inbox = async (apiUrl: string, to = "") =>
	(await read<{ messages: MailSummary[] }>(`${apiUrl}/messages${to && `?to=${encodeURIComponent(to)}`}`)).messages;
const faults = (apiUrl: string, body: object) =>
	fetch(`${apiUrl}/_sandbox/faults`, {
		method: "PUT",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body),
	});

test("a mail is kept and read with its text, HTML and headers", async (t) => {
	const { standIn, transport } = await start(t);
	const subject = "Ihre Bestellung über 3 Stück wurde bestätigt – vielen Dank für Ihren Einkauf bei uns, Zoë ✓";
	await transport.sendMail({
		to: "Zoë <zoe@example.com>",
		subject,
		text: "Grüße\n",
		html: "<p>Grüße</p>",
		headers: { "X-Order": "ord_1" },
	});
	const [mail] = await inbox(standIn.apiUrl);
	t.like(mail, { from: "shop@tradewind.test", to: ["zoe@example.com"], subject });
	const parsed = await read<ParsedMail>(`${standIn.apiUrl}/messages/${mail!.id}`);
	t.like(parsed, { text: "Grüße\n", html: "<p>Grüße</p>", subject });
	t.is(parsed.headers["x-order"], "ord_1");
	t.is(parsed.headers.to, "Zoë <zoe@example.com>");
	const raw = await (await fetch(`${standIn.apiUrl}/messages/${mail!.id}/raw`)).text();
	t.regex(raw, /^X-Order: ord_1/m);
});

test("mails are listed newest first, by recipient, and can be thrown away", async (t) => {
	const { standIn, transport } = await start(t);
	for (const [to, subject] of [
		["a@x.test", "1"],
		["b@x.test", "2"],
		["A@x.test", "3"],
	]) {
		await transport.sendMail({ to, subject, text: subject });
	}
	t.deepEqual(
		(await inbox(standIn.apiUrl)).map(({ subject }) => subject),
		["3", "2", "1"],
	);
	t.deepEqual(
		(await inbox(standIn.apiUrl, "a@x.test")).map(({ subject }) => subject),
		["3", "1"],
	);
	await fetch(`${standIn.apiUrl}/messages`, { method: "DELETE" });
	t.deepEqual(await inbox(standIn.apiUrl), []);
	t.is((await fetch(`${standIn.apiUrl}/messages/mail_0`)).status, 404);
});

test("mails are still there after a restart", async (t) => {
	const dataDir = mkdtempSync(join(tmpdir(), "smtp-"));
	t.teardown(() => rmSync(dataDir, { recursive: true }));
	const first = await startSmtp({ dataDir });
	const transport = createTransport(first.url, { from: "shop@tradewind.test" });
	await transport.sendMail({ to: "a@x.test", subject: "kept", text: "" });
	await first.close();
	const { standIn } = await start(t, { dataDir });
	t.is((await inbox(standIn.apiUrl))[0]?.subject, "kept");
});

test("the server refuses, loses or delays mails when it is told to", async (t) => {
	const { standIn, transport } = await start(t);
	const send = (to: string) => transport.sendMail({ to, subject: "s", text: "t" });
	await faults(standIn.apiUrl, { reject: 451, to: "a@x.test" });
	t.like(await t.throwsAsync(send("a@x.test")), { responseCode: 451 });
	await send("b@x.test");
	await faults(standIn.apiUrl, { drop: true });
	await send("a@x.test");
	await faults(standIn.apiUrl, { delayMs: 80 });
	const before = performance.now();
	await send("a@x.test");
	t.true(performance.now() - before >= 80);
	t.is((await faults(standIn.apiUrl, { dorp: true })).status, 400);
	await fetch(`${standIn.apiUrl}/_sandbox/faults`, { method: "DELETE" });
	t.is((await inbox(standIn.apiUrl)).length, 2);
});

test("a mail kept without an answer leaves the sender in doubt", async (t) => {
	const { standIn, transport } = await start(t);
	await faults(standIn.apiUrl, { silence: true });
	await t.throwsAsync(transport.sendMail({ to: "a@x.test", subject: "s", text: "t" }), {
		message: /closed unexpectedly/,
	});
	t.is((await inbox(standIn.apiUrl)).length, 1);
});

test("a port that is taken is told in a sentence", async (t) => {
	const { standIn } = await start(t);
	const port = Number(new URL(standIn.url).port);
	await t.throwsAsync(startSmtp({ dataDir: null, port }), { message: /already in use/ });
});
