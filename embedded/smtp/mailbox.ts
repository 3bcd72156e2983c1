import { randomBytes } from "node:crypto";
import type { State } from "../state.ts";
import { headersOf } from "./headers.ts";

/** A mail as it came: the envelope, and the message byte for byte in `raw` (latin1). */
export interface Mail {
	id: string;
	at: string;
	from: string;
	to: string[];
	raw: string;
}

/** A mail in a list. `from` and `to` are the envelope's. */
export interface MailSummary {
	id: string;
	date: string;
	from: string;
	to: string[];
	subject: string;
}

/** A mail taken apart. */
export interface ParsedMail extends MailSummary {
	text: string | null;
	html: string | null;
	headers: Record<string, string>;
	attachments: { filename: string | null; contentType: string; size: number }[];
}

export type Mailbox = ReturnType<typeof openMailbox>;

const summary = ({ id, at, from, to, raw }: Mail): MailSummary => ({
	id,
	date: at,
	from,
	to,
	subject: headersOf(raw).subject ?? "",
});

/** The mails that arrived, unparsed until someone reads them. */
export function openMailbox(state: State) {
	const mails = state.collection<Mail>("mails", {
		cached: 20,
		terms: ({ to }) => to.map((address) => `to:${address.toLowerCase()}`),
	});
	return {
		deliver(from: string, to: string[], raw: Buffer): string {
			const id = `mail_${Date.now().toString(36)}${randomBytes(6).toString("hex")}`;
			mails.put(id, { id, at: new Date().toISOString(), from, to, raw: raw.toString("latin1") });
			return id;
		},
		/** The newest first, at most `limit`; only those to one address, or older than one, where it is given. */
		list(to: string | null, limit: number, after: string | null = null): MailSummary[] {
			const term = to === null ? undefined : `to:${to.toLowerCase()}`;
			return mails.list({ term, limit, ...(after === null ? {} : { after }), newestFirst: true }).map(summary);
		},
		count: () => mails.count(),
		raw: (id: string): string | undefined => mails.get(id)?.raw,
		async read(id: string): Promise<ParsedMail | undefined> {
			const mail = mails.get(id);
			if (!mail) return undefined;
			// Loaded only when someone reads a mail: mailparser takes 28 MB.
			const { simpleParser } = await import("mailparser");
			const parsed = await simpleParser(Buffer.from(mail.raw, "latin1"), { skipImageLinks: true });
			return {
				...summary(mail),
				text: parsed.text ?? null,
				html: parsed.html || null,
				headers: headersOf(mail.raw),
				attachments: parsed.attachments.map(({ filename, contentType, size }) => ({
					filename: filename ?? null,
					contentType,
					size,
				})),
			};
		},
		clear(): void {
			state.transaction(() => {
				for (const { id } of mails.list()) mails.delete(id);
			});
		},
	};
}
