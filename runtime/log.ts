import pino, { type DestinationStream, type Logger } from "pino";
import pretty from "pino-pretty";
import { redacted } from "./redact.ts";

/** Fields that never reach a log. */
const REDACTED = [
	"password",
	"token",
	"accessToken",
	"refreshToken",
	"authorization",
	"*.password",
	"*.token",
	"*.authorization",
];

let root: Logger | undefined;

/** What an error tells a log: not its params or its data, which may be a person's. Whatever else stands in its place is left as it is. */
function errorLine(error: unknown): unknown {
	if (typeof error !== "object" || error === null) return error;
	const { name, message, stack, type, code } = error as Error & { type?: unknown; code?: unknown };
	return { name, message, ...(type === undefined ? {} : { type }), ...(code === undefined ? {} : { code }), stack };
}

/**
 * The process's log: for people on a terminal, JSON lines otherwise. No line holds a mail address or a phone number.
 * @param to where its lines go; counts for the first who asks, as the process has one log
 */
export function log(level = "info", to?: DestinationStream): Logger {
	root ??= pino(
		{
			level,
			base: undefined,
			redact: REDACTED,
			timestamp: pino.stdTimeFunctions.isoTime,
			serializers: { err: errorLine, error: errorLine },
			hooks: { streamWrite: redacted },
		},
		to ??
			(process.stdout.isTTY
				? pretty({
						colorize: true,
						ignore: "nodeID,ns,ver",
						translateTime: "SYS:HH:MM:ss",
						messageFormat: "{if mod}{mod}: {end}{msg}",
						hideObject: false,
						// In order with what the process prints itself.
						sync: true,
					})
				: pino.destination({ sync: false })),
	);
	return root;
}

/** Moleculer's logger option: its own chatter about starting stays out unless asked for. */
export function logger(level: string): unknown {
	if (level === "silent") return false;
	const brokers = level === "info" ? "warn" : level;
	const createLogger = (_level: string, { mod }: { mod: string }) => log(level).child({ mod }, { level: brokers });
	return { type: "Pino", options: { level: brokers, createLogger } };
}
