import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { UnreadableBody } from "../form.ts";
import { type Route, type StandIn, type StandInOptions, serve } from "../http.ts";
import { router } from "../router.ts";
import { openState } from "../state.ts";
import { type MailFaultControl, mailFaults } from "./faults.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";

/** `apiPort`: of the reading side; free unless given. */
export type SmtpOptions = StandInOptions & { apiPort?: number };
/** `url` is `smtp://host:port`, `apiUrl` the HTTP side on which the mails are read. */
export type SmtpStandIn = StandIn & { apiUrl: string };

const SIZE_LIMIT = 10 << 20;

/**
 * A mail server that keeps what it is given and sends nothing on. Any user and password are taken, or none. Reading side:
 * `GET /messages?to=&limit=&after=` `{ messages: MailSummary[], total }` (newest first, what is older than the one with the id
 * `after`), `GET /messages/:id` (ParsedMail),
 * `GET /messages/:id/raw` (message/rfc822), `DELETE /messages`, and `PUT /_sandbox/faults` (MailFaults).
 */
export async function startSmtp(options: SmtpOptions): Promise<SmtpStandIn> {
	const { host = "127.0.0.1", port = 0 } = options;
	const state = openState(options.dataDir, "smtp");
	const mailbox = openMailbox(state);
	const faults = mailFaults();
	const api = await serve({
		host,
		port: options.apiPort ?? 0,
		handle: router([...readingRoutes(mailbox), ...faults.routes], ({ method, path }) => ({
			status: 404,
			body: { message: `There is no ${method} ${path} here.` },
		})),
		onError: (error) =>
			error instanceof UnreadableBody
				? { status: 400, body: { message: error.message } }
				: { status: 500, body: { message: String(error) } },
	}).catch((error) => {
		state.close();
		throw error;
	});
	const server = new SMTPServer({
		name: "tradewind-mail",
		authOptional: true,
		disabledCommands: ["STARTTLS"],
		allowInsecureAuth: true,
		disableReverseLookup: true,
		size: SIZE_LIMIT,
		logger: false,
		onAuth: ({ username }, _session, done) => done(null, { user: username ?? "anyone" }),
		onData: (stream, session, done) => {
			const hangUp = () => {
				for (const connection of server.connections) if (connection.id === session.id) connection.close();
			};
			receive(mailbox, faults, stream, session, { done, hangUp });
		},
	});
	// A client that hangs up in the middle is no failure of the server.
	server.on("error", () => {});
	await listening(server, port, host).catch(async (error) => {
		await api.close();
		state.close();
		throw error;
	});
	const bound = (server.server.address() as AddressInfo).port;
	return {
		url: `smtp://${host.includes(":") ? `[${host}]` : host}:${bound}`,
		apiUrl: api.url,
		async close() {
			const closed = new Promise<void>((resolve) => server.close(resolve));
			// Clients that pool their connections never end them.
			for (const connection of server.connections) connection.close();
			await closed;
			await api.close();
			state.close();
		},
	};
}

function listening(server: SMTPServer, port: number, host: string): Promise<void> {
	return new Promise((resolve, reject) => {
		server.server.once("error", (error: NodeJS.ErrnoException) => {
			const taken = error.code === "EADDRINUSE";
			reject(taken ? new Error(`Port ${port} on ${host} is already in use; choose another port.`) : error);
		});
		server.listen(port, host, resolve);
	});
}

interface Answering {
	done(error?: Error | null, message?: string): void;
	/** Ends the connection without an answer. */
	hangUp(): void;
}

const refusal = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

function receive(
	mailbox: Mailbox,
	faults: MailFaultControl,
	stream: SMTPServerDataStream,
	session: SMTPServerSession,
	{ done, hangUp }: Answering,
): void {
	const chunks: Buffer[] = [];
	stream.on("data", (chunk: Buffer) => chunks.push(chunk));
	stream.on("end", () => {
		if (stream.sizeExceeded) return done(refusal(552, "The message is over 10 MiB"));
		const { mailFrom, rcptTo } = session.envelope;
		const to = rcptTo.map(({ address }) => address);
		const fault = faults.on(to);
		const finish = () => {
			if (fault.reject) return done(refusal(fault.reject, "The stand-in was told to refuse this"));
			const id = fault.drop ? "lost" : mailbox.deliver(mailFrom ? mailFrom.address : "", to, Buffer.concat(chunks));
			if (fault.silence) hangUp();
			else done(null, `kept as ${id}`);
		};
		if (fault.delayMs) setTimeout(finish, fault.delayMs);
		else finish();
	});
}

const missing = { status: 404, body: { message: "There is no such mail." } };

const readingRoutes = (mailbox: Mailbox): Route[] => [
	[
		"GET",
		"/messages",
		({ query }) => {
			const limit = Math.min(1000, Math.max(1, Number(query.get("limit") ?? 100) || 100));
			const messages = mailbox.list(query.get("to"), limit, query.get("after"));
			return { status: 200, body: { messages, total: mailbox.count() } };
		},
	],
	[
		"GET",
		"/messages/:id",
		async ({ params }) => {
			const mail = await mailbox.read(params.id!);
			return mail ? { status: 200, body: mail } : missing;
		},
	],
	[
		"GET",
		"/messages/:id/raw",
		({ params }) => {
			const raw = mailbox.raw(params.id!);
			if (raw === undefined) return missing;
			return { status: 200, headers: { "content-type": "message/rfc822" }, body: Buffer.from(raw, "latin1") };
		},
	],
	[
		"DELETE",
		"/messages",
		() => {
			mailbox.clear();
			return { status: 204 };
		},
	],
];
