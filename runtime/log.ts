import pino, { type Logger } from "pino";
import pretty from "pino-pretty";

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

/** The process's log: for people on a terminal, JSON lines otherwise. */
export function log(level = "info"): Logger {
	root ??= pino(
		{ level, base: undefined, redact: REDACTED, timestamp: pino.stdTimeFunctions.isoTime },
		process.stdout.isTTY
			? pretty({
					colorize: true,
					ignore: "nodeID,ns,ver",
					translateTime: "SYS:HH:MM:ss",
					messageFormat: "{if mod}{mod}: {end}{msg}",
					hideObject: false,
					// In order with what the process prints itself.
					sync: true,
				})
			: pino.destination({ sync: false }),
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
