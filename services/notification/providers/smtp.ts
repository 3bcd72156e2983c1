import type { Transporter } from "nodemailer";
import { setting } from "../../../runtime/config.ts";
import { Undeliverable } from "./provider.ts";

export interface Mail {
	to: string;
	subject: string;
	text: string;
	html: string;
	/** The same for a mail that is sent again because nobody knows whether it went: mail servers drop the second. */
	id: string;
}

/** Mails by SMTP, over connections that stay open. */
export function smtp(): { send(mail: Mail): Promise<void>; close(): void } {
	const from = setting("MAIL_FROM");
	const domain = /@([^\s>]+)/.exec(from)?.[1] ?? "tradewind.test";
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
		async send({ to, subject, text, html, id }) {
			loading ??= connect();
			const transport = await loading.catch((error) => {
				loading = undefined;
				throw error;
			});
			try {
				await transport.sendMail({
					from,
					to,
					subject,
					text,
					html,
					messageId: `<${id}@${domain}>`,
					headers: { "Auto-Submitted": "auto-generated" },
				});
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
