type Mails = Map<string, { notification: string; to: string }>;

const AT_ONCE = 16;
const PAGE = 500;

/** Adds the mails that are not known yet, each with the notification that its Message-ID names. @param url of the mail server's reading side */
export async function readMails(url: string, known: Mails): Promise<void> {
	const unread = await unknownMails(url, known);
	for (let at = 0; at < unread.length; at += AT_ONCE) {
		await Promise.all(
			unread.slice(at, at + AT_ONCE).map(async ({ id, to }) => {
				const raw = await (await fetch(`${url}/messages/${id}/raw`)).text();
				const notification = /^Message-ID: <([^@>]+)@/im.exec(raw)?.[1] ?? `a mail without an id (${id})`;
				known.set(id, { notification, to: to.join(", ") });
			}),
		);
	}
}

interface Listed {
	id: string;
	to: string[];
}

/** Back to the first that is known. */
async function unknownMails(url: string, known: Mails): Promise<Listed[]> {
	const unread: Listed[] = [];
	for (;;) {
		const after = unread.length > 0 ? `&after=${unread.at(-1)?.id}` : "";
		const { messages } = (await (await fetch(`${url}/messages?limit=${PAGE}${after}`)).json()) as {
			messages: Listed[];
		};
		const more = messages.filter(({ id }) => !known.has(id));
		unread.push(...more);
		if (more.length < PAGE) return unread;
	}
}

/** How many mails came once more under the same Message-ID: mailboxes show those once. */
export function repeated(mails: readonly { notification: string }[]): number {
	return mails.length - new Set(mails.map(({ notification }) => notification)).size;
}
