import type { Twilio } from "twilio";
import { setting } from "../../../runtime/config.ts";
import { publicUrl } from "../../../runtime/public-url.ts";
import { Undeliverable } from "./provider.ts";

const TIMEOUT = 4_000;

export interface Message {
	to: string;
	body: string;
	/** Looks first whether the same text went out since then: the last attempt was not answered. RFC 3339. */
	sentSince: string | null;
}

/** Whether there is an account to send messages with. */
export const hasMessages = (): boolean => setting("TWILIO_ACCOUNT_SID") !== "";

/** Where Twilio tells what became of a message. */
export const callbackUrl = (): string => publicUrl("/v1/webhooks/twilio");

/** Messages by Twilio: https://www.twilio.com/docs/messaging/api/message-resource */
export function twilio(): { send(message: Message): Promise<string> } {
	let loading: Promise<Twilio> | undefined;

	async function connect(): Promise<Twilio> {
		const { default: Client } = await import("twilio/lib/rest/Twilio.js");
		const httpClient = transportTo(setting("TWILIO_API_URL"));
		// The package is CommonJS: its class lies one `default` deeper under ESM than its types say.
		const Class = ((Client as { default?: unknown }).default ?? Client) as typeof Twilio;
		return new Class(setting("TWILIO_ACCOUNT_SID"), setting("TWILIO_AUTH_TOKEN"), { httpClient } as never);
	}

	return {
		async send({ to, body, sentSince }) {
			loading ??= connect();
			const { messages } = await loading;
			if (sentSince !== null) {
				const since = Math.floor(Date.parse(sentSince) / 1000) * 1000;
				const earlier = await messages.list({ to, limit: 50 });
				const same = earlier.find((one) => one.body === body && one.dateCreated.getTime() >= since);
				if (same) return same.sid;
			}
			try {
				const from = setting("TWILIO_FROM");
				return (await messages.create({ to, from, body, statusCallback: callbackUrl() })).sid;
			} catch (error) {
				throw forGood(error) ? new Undeliverable((error as Error).message) : error;
			}
		},
	};
}

const forGood = (error: unknown) => (error as { status?: number }).status === 400;

interface TwilioRequest {
	method: string;
	uri: string;
	username?: string;
	password?: string;
	headers?: Record<string, string>;
	params?: Record<string, string>;
	data?: Record<string, string>;
}

/** The SDK's requests over Node's own pool of connections, to `origin` where it is set. */
function transportTo(origin: string) {
	return {
		async request({ method, uri, username, password, headers, params, data }: TwilioRequest) {
			const { pathname, search, origin: own } = new URL(uri);
			const query = params ? `?${new URLSearchParams(params)}` : search;
			const answer = await fetch((origin ? new URL(origin).origin : own) + pathname + query, {
				method: method.toUpperCase(),
				headers: {
					...headers,
					authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
				},
				body: data ? new URLSearchParams(data).toString() : null,
				redirect: "error",
				signal: AbortSignal.timeout(TIMEOUT),
			});
			const text = await answer.text();
			return { statusCode: answer.status, body: text === "" ? null : JSON.parse(text), headers: {} };
		},
	};
}
