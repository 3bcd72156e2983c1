import { randomBytes } from "node:crypto";
import type { Params } from "../form.ts";
import type { State } from "../state.ts";
import type { Outgoing } from "../webhooks.ts";
import { Refusal } from "./errors.ts";
import { checkRecipient, checkSender, segments } from "./numbers.ts";

export const STATUSES = ["accepted", "queued", "sending", "sent", "delivered", "undelivered", "failed"] as const;
export type MessageStatus = (typeof STATUSES)[number];

/** Twilio's Message resource: https://www.twilio.com/docs/messaging/api/message-resource */
export interface Message {
	account_sid: string;
	api_version: string;
	body: string;
	date_created: string;
	date_sent: string | null;
	date_updated: string;
	direction: "outbound-api";
	error_code: number | null;
	error_message: string | null;
	from: string | null;
	messaging_service_sid: string | null;
	num_media: string;
	num_segments: string;
	price: string | null;
	price_unit: string | null;
	sid: string;
	status: MessageStatus;
	subresource_uris: Record<string, string>;
	to: string;
	uri: string;
}

interface Stored {
	message: Message;
	callback: string | null;
	/** Signs the callbacks. */
	token: string;
}

export type Messages = ReturnType<typeof openMessages>;

const IGNORED = [
	"ValidityPeriod",
	"SmartEncoded",
	"ForceDelivery",
	"ProvideFeedback",
	"Attempt",
	"MaxPrice",
	"RiskCheck",
];
const KNOWN = ["To", "From", "MessagingServiceSid", "Body", "StatusCallback", ...IGNORED];

const rfc2822 = (): string => new Date().toUTCString().replace("GMT", "+0000");

const isFinal = (status: MessageStatus): boolean =>
	status === "delivered" || status === "undelivered" || status === "failed";

function text(params: Params, name: string): string | undefined {
	const value = params[name];
	return typeof value === "string" && value !== "" ? value : undefined;
}

function check(params: Params, own: readonly string[]) {
	const foreign = Object.keys(params).find((name) => !KNOWN.includes(name));
	if (foreign) throw new Refusal(20001, `This stand-in for Twilio does not support the parameter ${foreign}.`);
	const to = checkRecipient(text(params, "To"));
	const service = text(params, "MessagingServiceSid") ?? null;
	if (service !== null && !/^MG[0-9a-f]{32}$/i.test(service)) {
		throw new Refusal(21703, "The Messaging Service does not have a phone number available to send a message");
	}
	const sender = text(params, "From");
	if (!sender && service === null) throw new Refusal(21603, "A 'From' phone number is required.");
	const body = text(params, "Body");
	if (body === undefined) throw new Refusal(21602, "Message body is required.");
	if (body.length > 1600) throw new Refusal(21617, "The concatenated message body exceeds the 1600 character limit");
	const callback = text(params, "StatusCallback") ?? null;
	if (callback !== null && !(URL.canParse(callback) && /^https?:/.test(callback))) {
		throw new Refusal(21609, `The StatusCallback URL ${callback} is not a valid URL.`);
	}
	return { to, service, from: sender ? checkSender(sender, own) : null, body, callback };
}

/**
 * The messages of an account. Each goes from `queued` over `sent` to `delivered`, a step every `stepMs`, and tells its
 * StatusCallback.
 */
export function openMessages(state: State, webhooks: Outgoing, own: readonly string[], stepMs: number) {
	const messages = state.collection<Stored>("messages", {
		cached: 300,
		terms: ({ message }) => [
			`to:${message.to}`,
			...(message.from ? [`from:${message.from}`] : []),
			...(isFinal(message.status) ? [] : ["moving"]),
		],
	});
	const timers = new Set<NodeJS.Timeout>();

	const move = (sid: string, status: MessageStatus, error: { code: number; message: string } | null = null) => {
		const stored = messages.get(sid);
		if (!stored) return undefined;
		const message: Message = {
			...stored.message,
			status,
			date_updated: rfc2822(),
			date_sent: stored.message.date_sent ?? (status === "queued" ? null : rfc2822()),
			from: stored.message.from ?? own[0] ?? null,
			error_code: error?.code ?? null,
			error_message: error?.message ?? null,
		};
		state.transaction(() => {
			messages.put(sid, { ...stored, message });
			const { callback, token } = stored;
			if (callback) webhooks.send("callback", callbackBody(message), { id: "callback", url: callback, secret: token });
		});
		if (!isFinal(status)) schedule(sid, status);
		return message;
	};
	const schedule = (sid: string, after: MessageStatus) => {
		const timer = setTimeout(() => {
			timers.delete(timer);
			// Unless the operator has moved it meanwhile.
			if (messages.get(sid)?.message.status === after) move(sid, after === "sent" ? "delivered" : "sent");
		}, stepMs);
		timers.add(timer.unref());
	};
	for (const { message } of messages.list({ term: "moving" })) schedule(message.sid, message.status);

	return {
		send(accountSid: string, token: string, params: Params): Message {
			const { to, from, service, body, callback } = check(params, own);
			const sid = `SM${randomBytes(16).toString("hex")}`;
			const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}`;
			const at = rfc2822();
			const message: Message = {
				account_sid: accountSid,
				api_version: "2010-04-01",
				body,
				date_created: at,
				date_sent: null,
				date_updated: at,
				direction: "outbound-api",
				error_code: null,
				error_message: null,
				from,
				messaging_service_sid: service,
				num_media: "0",
				num_segments: service === null ? String(segments(body)) : "0",
				price: null,
				price_unit: "USD",
				sid,
				status: service === null ? "queued" : "accepted",
				subresource_uris: { media: `${uri}/Media.json` },
				to,
				uri: `${uri}.json`,
			};
			messages.put(sid, { message, callback, token });
			schedule(sid, message.status);
			return message;
		},
		get: (sid: string): Message | undefined => messages.get(sid)?.message,
		move,
		delete: (sid: string): void => messages.delete(sid),
		/** The newest first, on from the one after `after`; `term` as in `to:+1...`, `from:+1...`. */
		list: (options: { term?: string | undefined; limit: number; after?: string | undefined }): Message[] =>
			messages.list({ ...options, newestFirst: true }).map(({ message }) => message),
		close(): void {
			for (const timer of timers) clearTimeout(timer);
		},
	};
}

// https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
function callbackBody(message: Message): string {
	const form = new URLSearchParams({
		AccountSid: message.account_sid,
		ApiVersion: message.api_version,
		From: message.from ?? "",
		MessageSid: message.sid,
		MessageStatus: message.status,
		SmsSid: message.sid,
		SmsStatus: message.status,
		To: message.to,
	});
	if (message.messaging_service_sid) form.set("MessagingServiceSid", message.messaging_service_sid);
	if (message.error_code !== null) form.set("ErrorCode", String(message.error_code));
	return form.toString();
}
