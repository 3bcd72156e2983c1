import test from "ava";
import { createTransport } from "nodemailer";
import { startSmtp } from "../embedded/smtp/index.ts";
import { readMails } from "./mails.ts";

test("every mail is read, however many there are, and each once", async (t) => {
	const smtp = await startSmtp({ dataDir: null });
	const transport = createTransport({ url: smtp.url, pool: true, maxMessages: Number.POSITIVE_INFINITY } as never);
	t.teardown(async () => {
		transport.close();
		await smtp.close();
	});
	const send = (numbers: number[]) =>
		Promise.all(
			numbers.map((n) =>
				transport.sendMail({
					envelope: { from: "shop@tradewind.test", to: "ada@example.com" },
					raw: `Message-ID: <ntf_${n}@tradewind.test>\r\nSubject: ${n}\r\n\r\nHello\r\n`,
				}),
			),
		);
	const known = new Map<string, { notification: string; to: string }>();
	const names = () => new Set([...known.values()].map(({ notification }) => notification));
	await send(Array.from({ length: 1_100 }, (_, n) => n));
	await readMails(smtp.apiUrl, known);
	t.is(known.size, 1_100);
	t.is(names().size, 1_100);
	await send([1_100, 1_101]);
	await readMails(smtp.apiUrl, known);
	t.is(names().size, 1_102);
});
