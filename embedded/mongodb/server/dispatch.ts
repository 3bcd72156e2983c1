import { type Doc, Double } from "../bson/types.ts";
import { commands } from "../commands/all.ts";
import { transactionsRefused } from "../commands/server.ts";
import { errorReply, MongoError, NotSupported } from "../errors.ts";
import type { Context, Request } from "./context.ts";
import { sessionOf } from "./sessions.ts";
import type { Message } from "./wire.ts";

const OK = new Double(1);

/** A reply, and whether it must wait until what was written is on the disk. */
export type Answer = { reply: Doc; waits: boolean };

/** Runs one command. It never throws, save when the store itself fails. */
export function dispatch(context: Context, message: Message, connection: number): Answer {
	const { body } = message;
	let name = "";
	for (const first in body) {
		name = first;
		break;
	}
	const command = commands.get(name);
	if (!command) {
		const reply = errorReply(new MongoError(59, "CommandNotFound", `no such command: '${name}'`));
		return { reply, waits: false };
	}
	context.counts.set(name, (context.counts.get(name) ?? 0) + 1);
	try {
		const request: Request = { name, db: String(body.$db ?? "admin"), body, sequences: message.sequences, connection };
		if (message.query && name !== "hello" && name !== "isMaster" && name !== "ismaster")
			throw new MongoError(
				352,
				"UnsupportedOpQueryCommand",
				`Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade.`,
			);
		if (body.autocommit !== undefined || body.startTransaction !== undefined) throw transactionsRefused();
		if (body.readConcern !== undefined && (body.readConcern as Doc).level === "snapshot")
			throw new NotSupported("the read concern 'snapshot'");
		const number = command.write ? body.txnNumber : undefined;
		const session = number === undefined ? undefined : sessionOf(body);
		if (session) {
			const before = context.sessions.repeated(session, BigInt(number as bigint));
			if (before) return { reply: before, waits: true };
		}
		const reply = command.run(context, request);
		reply.ok = OK;
		// A retry runs again what changed nothing.
		if (session && hasWritten(reply)) context.sessions.remember(session, BigInt(number as bigint), reply);
		return { reply, waits: command.write === true };
	} catch (error) {
		if (isStoreFailure(error)) throw error;
		return { reply: errorReply(error), waits: command.write === true };
	}
}

function hasWritten({ n, nModified, upserted, lastErrorObject, nErrors }: Doc): boolean {
	if (nErrors !== undefined) return true;
	if (lastErrorObject !== undefined) return (lastErrorObject as Doc).n !== 0;
	return nModified === undefined ? n !== 0 : nModified !== 0 || upserted !== undefined;
}

const isStoreFailure = (error: unknown) =>
	error instanceof Error && (error as { code?: string }).code === "ERR_SQLITE_ERROR";
