import type { Transporter } from "nodemailer";
import { setting } from "../../../runtime/config.ts";
import { compose, type Mail, senderOf } from "./message.ts";
import { Undeliverable } from "./provider.ts";

/** Mails by SMTP, over connections that stay open. */
export function smtp(): { send(mail: Mail): Promise<void>; close(): void } {
	const sender = senderOf(setting("MAIL_FROM"));
	let loading: Promise<Transporter> | undefined;
	let open: Transporter | undefined;

	async function connect(): Promise<Transporter> {
		const url = setting("SMTP_URL");
		if (!url) throw new Error("SMTP_URL is not set");
		const { createTransport } = await import("nodemailer");
		const transport = createTransport({
			url,
			pool: true,
			maxConnections: 4,
			maxMessages: Number.POSITIVE_INFINITY,
			connectionTimeout: 5_000,
			greetingTimeout: 5_000,
			socketTimeout: 20_000,
			disableFileAccess: true,
			disableUrlAccess: true,
		} as Parameters<typeof createTransport>[0]);
		open = transport;
		return transport;
	}

	return {
		async send(mail) {
			loading ??= connect();
			const transport = await loading.catch((error) => {
				loading = undefined;
				throw error;
			});
			try {
				await transport.sendMail({ envelope: { from: sender.address, to: [mail.to] }, raw: compose(mail, sender) });
			} catch (error) {
				throw forGood(error) ? new Undeliverable((error as Error).message) : error;
			}
		},
		close: () => open?.close(),
	};
}

/** A permanent answer to the recipient or the mail: https://datatracker.ietf.org/doc/html/rfc5321#section-4.2.1 */
function forGood(error: unknown): boolean {
	const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
	return (code === "EENVELOPE" || code === "EMESSAGE") && responseCode >= 500;
}
