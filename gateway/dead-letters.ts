import { type Action, type ActionContext, action } from "../runtime/action.ts";
import type * as letters from "../runtime/events/letter.ts";
import { OPERATIONS } from "../runtime/operations.ts";
import { decodeCursor, encodeCursor } from "../runtime/store/page.ts";
import * as contracts from "../schemas/operations.ts";

/** Every node knows of all dead letters, and sends a replay to one that runs the service. */
const ask = <R>(ctx: ActionContext<unknown>, verb: string, params: object, timeout = 3_000) =>
	ctx.call(`${OPERATIONS}.${verb}`, params, { timeout }) as Promise<R>;

/** A letter without its stack, which is for the logs and the REPL. */
function view({ event, ...letter }: letters.DeadLetter): contracts.DeadLetter {
	const { id, service, consumer, error, attempts, history, at } = letter;
	const { name, aggregate, data } = event;
	return {
		id,
		service,
		consumer,
		event: { id: event.id, name, aggregate, at: event.at, data },
		error,
		attempts,
		history,
		at,
	};
}

/** What operators do with events that could not be handled. */
export const deadLetterActions: Action[] = [
	action(contracts.deadLetters, async (ctx) => {
		const { limit, cursor, service } = ctx.params;
		const after = cursor === undefined ? undefined : String(decodeCursor(cursor, ["string"])[0]);
		const page = await ask<letters.LetterPage>(ctx, "deadLetters", { limit, service, after });
		return { data: page.letters.map(view), nextCursor: page.next === null ? null : encodeCursor([page.next]) };
	}),
	action(contracts.deadLetter, async (ctx) => view(await ask(ctx, "deadLetter", ctx.params))),
	action(contracts.replayDeadLetter, async (ctx) => {
		await ask(ctx, "replay", ctx.params, 30_000);
		return null;
	}),
	action(contracts.dropDeadLetter, async (ctx) => {
		await ask(ctx, "drop", ctx.params);
		return null;
	}),
];
