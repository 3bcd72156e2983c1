import { startSmtp } from "../../embedded/smtp/index.ts";
import type { ParsedMail } from "../../embedded/smtp/mailbox.ts";
import { startTwilio } from "../../embedded/twilio/index.ts";
import { newId } from "../../runtime/ids.ts";
import { type Door, endings, found, type TestNode, testNode, webhookDoor } from "../../runtime/testing.ts";
import type { Params, Result } from "../../schemas/contract.ts";
import { adminNotifications, notify, twilioWebhook } from "../../schemas/notification.ts";
import notification from "./notification.service.ts";

/** The notification service on its own node, with a mail server, Twilio, and a door for Twilio's webhooks. */
export interface PostOffice extends Pick<TestNode, "node" | "ask"> {
	/** Where Twilio was told to call back. */
	callbackUrl: string;
	/** The callbacks that came so far, as they came. */
	callbacks: Door["deliveries"];
	/** Asks for a notification; for an order that was cancelled unless told. */
	notify(more?: Partial<Params<typeof notify>>): Promise<Result<typeof notify>>;
	mailsTo(address: string): Promise<ParsedMail[]>;
	messagesTo(phone: string): Promise<{ sid: string; body: string; status: string }[]>;
	/** Sets the faults of a provider, or clears them. */
	faults(of: "mail" | "twilio", faults?: object): Promise<void>;
	/** Looks again until there is something. */
	until: typeof found;
	/** The admin list. */
	listed(status?: "queued" | "sent" | "delivered" | "failed"): Promise<Result<typeof adminNotifications>["data"]>;
	close(): Promise<void>;
}

/** One for a process, as a process has one set of stores. */
export async function openPostOffice(): Promise<PostOffice> {
	const ends = endings();
	const mail = await startSmtp({ dataDir: null });
	ends.teardown(() => mail.close());
	const twilio = await startTwilio({ dataDir: null });
	ends.teardown(() => twilio.close());
	const door = await webhookDoor(ends, (webhook) => ask(twilioWebhook, { ...webhook, url: "http://elsewhere.test/" }));
	const { node, ask }: TestNode = await testNode(
		ends,
		[notification],
		{
			PUBLIC_URL: door.url,
			SMTP_URL: mail.url,
			TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
			TWILIO_AUTH_TOKEN: "secret",
			TWILIO_API_URL: twilio.url,
		},
		{ patience: { attempts: 12, firstDelay: 10, longestDelay: 50 } },
	);
	const read = async <T>(url: string) => (await (await fetch(url)).json()) as T;
	return {
		node,
		callbackUrl: `${door.url}/v1/webhooks/twilio`,
		callbacks: door.deliveries,
		ask,
		notify: (more = {}) =>
			ask(notify, {
				kind: "order_cancelled",
				reference: newId("ord"),
				userId: null,
				email: null,
				phone: null,
				data: { number: "1001" },
				...more,
			}),
		async mailsTo(address) {
			const { messages } = await read<{ messages: { id: string }[] }>(`${mail.apiUrl}/messages?to=${address}`);
			return Promise.all(messages.map(({ id }) => read<ParsedMail>(`${mail.apiUrl}/messages/${id}`)));
		},
		async messagesTo(phone) {
			const url = `${twilio.url}/_sandbox/messages?to=${encodeURIComponent(phone)}`;
			return (await read<{ messages: { sid: string; body: string; status: string }[] }>(url)).messages;
		},
		async faults(of, faults) {
			const url = `${of === "mail" ? mail.apiUrl : twilio.url}/_sandbox/faults`;
			await fetch(url, {
				method: faults ? "PUT" : "DELETE",
				...(faults ? { headers: { "content-type": "application/json" }, body: JSON.stringify(faults) } : {}),
			});
		},
		until: found,
		listed: async (status) => (await ask(adminNotifications, { limit: 100, ...(status ? { status } : {}) })).data,
		close: ends.close,
	};
}
