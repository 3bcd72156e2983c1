import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMongodb } from "../../embedded/mongodb/index.ts";
import { startSmtp } from "../../embedded/smtp/index.ts";
import type { ParsedMail } from "../../embedded/smtp/mailbox.ts";
import { startTwilio } from "../../embedded/twilio/index.ts";
import { call, type Meta } from "../../runtime/action.ts";
import { readSettings } from "../../runtime/config.ts";
import { newId } from "../../runtime/ids.ts";
import { type RunningNode, startNode } from "../../runtime/node.ts";
import type { Contract, Params, Result } from "../../schemas/contract.ts";
import { adminNotifications, notify, twilioWebhook } from "../../schemas/notification.ts";
import notification from "./notification.service.ts";

/** The notification service on its own node, with a mail server, Twilio, and a door for Twilio's webhooks. */
export interface PostOffice {
	node: RunningNode;
	/** Where Twilio was told to call back. */
	callbackUrl: string;
	/** The callbacks that came so far, as they came. */
	callbacks: { body: string; headers: Record<string, string>; status: number }[];
	ask<C extends Contract<never, never> | Contract>(contract: C, params: Params<C>, meta?: Meta): Promise<Result<C>>;
	/** Asks for a notification; for an order that was cancelled unless told. */
	notify(more?: Partial<Params<typeof notify>>): Promise<Result<typeof notify>>;
	mailsTo(address: string): Promise<ParsedMail[]>;
	messagesTo(phone: string): Promise<{ sid: string; body: string; status: string }[]>;
	/** Sets the faults of a provider, or clears them. */
	faults(of: "mail" | "twilio", faults?: object): Promise<void>;
	/** Looks again until there is something. */
	until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>>;
	/** The admin list. */
	listed(status?: "queued" | "sent" | "delivered" | "failed"): Promise<Result<typeof adminNotifications>["data"]>;
	close(): Promise<void>;
}

/** One for a process, as a process has one set of stores. */
export async function openPostOffice(): Promise<PostOffice> {
	const mongodb = process.env.MONGODB_URL ? null : await startMongodb({ dataDir: null });
	const mail = await startSmtp({ dataDir: null });
	const twilio = await startTwilio({ dataDir: null });
	const folder = await mkdtemp(join(tmpdir(), "post-"));
	const callbacks: PostOffice["callbacks"] = [];
	const door = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString();
		const headers = request.headers as Record<string, string>;
		const status = await ask(twilioWebhook, { body, headers, url: "http://elsewhere.test/" }).then(
			() => 200,
			(error) => (error as { code: number }).code,
		);
		callbacks.push({ body, headers, status });
		response.writeHead(status).end();
	});
	await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
	const origin = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
	const settings = readSettings(
		{
			MONGODB_URL: mongodb?.url ?? process.env.MONGODB_URL,
			DATA_DIR: folder,
			NAMESPACE: newId("post").slice(0, 24),
			LOG_LEVEL: "silent",
			PUBLIC_URL: origin,
			SMTP_URL: mail.url,
			TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
			TWILIO_AUTH_TOKEN: "secret",
			TWILIO_API_URL: twilio.url,
		},
		() => "",
	);
	const node = await startNode([notification], settings, {
		patience: { attempts: 12, firstDelay: 10, longestDelay: 50 },
	});
	const ask: PostOffice["ask"] = (contract, params, meta = {}) => {
		const from = {
			call: (name: string, p: unknown, options: object) => node.broker.call(name, p, { ...options, meta }),
		};
		return call(from as never, contract, params);
	};
	const read = async <T>(url: string) => (await (await fetch(url)).json()) as T;
	return {
		node,
		callbackUrl: `${origin}/v1/webhooks/twilio`,
		callbacks,
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
		async until(look) {
			for (const end = Date.now() + 10_000; ; ) {
				const found = await look();
				if (found) return found;
				if (Date.now() > end) throw new Error("it did not come to be within 10 s");
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
		},
		listed: async (status) => (await ask(adminNotifications, { limit: 100, ...(status ? { status } : {}) })).data,
		async close() {
			await node.stop();
			await mail.close();
			await twilio.close();
			door.close();
			door.closeAllConnections();
			await mongodb?.close();
			await rm(folder, { recursive: true });
		},
	};
}
