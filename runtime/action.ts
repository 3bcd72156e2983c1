import type { ActionSchema, Context } from "moleculer";
import type { Static, TSchema } from "typebox";
import type { Contract, Params, Result } from "../schemas/contract.ts";
import { isTransient } from "./errors.ts";
import { traceNow, writeTrace } from "./trace.ts";
import { validator } from "./validate.ts";

/** Who asks and with what: set by the gateway, carried along by every call. */
export interface Meta {
	userId?: string;
	email?: string;
	emailVerified?: boolean;
	sessionId?: string;
	/** The API key that asks, and the account that made it; then there is no `userId`. */
	keyId?: string;
	keyOwnerId?: string;
	scopes?: string[];
	cartToken?: string;
	orderToken?: string;
	/** The version which If-Match expects. */
	ifMatch?: number;
	/** The caller's Idempotency-Key, made unique by caller and route. */
	idempotencyKey?: string;
	/** What is counted as one client: an IPv4 address, or the /64 of an IPv6 address. */
	clientNetwork?: string;
	requestId?: string;
	/** W3C trace context, where the request is traced. */
	traceparent?: string;
}

export type ActionContext<P> = Context<P, Meta>;

/** A contract with the function that keeps it. */
export interface Action {
	contract: Contract;
	schema: ActionSchema;
}

/** Whatever can ask an actor: a broker, or the context of a request. */
export interface Caller {
	call(name: string, params?: unknown, options?: Record<string, unknown>): PromiseLike<unknown>;
}

/** Milliseconds. A write leaves room for a read of its own to be asked again when the first node it asked had died. */
const TIMEOUT = { read: 3_000, write: 6_000 };
let deepest = 0;

/** The longest chain of calls that ended in this process so far, the gateway's own being the first. */
export const deepestCall = () => deepest;

const checkResults = process.env.NODE_ENV === "test" || process.env.NODE_ENV === "development";

/**
 * Binds a handler to its contract: params are checked before it runs; results too, in development and in tests.
 * @throws validation_failed when the params do not fit
 */
export function action<P extends TSchema, R extends TSchema>(
	contract: Contract<P, R>,
	handler: (ctx: ActionContext<Static<P>>) => Promise<Static<R>> | Static<R>,
): Action {
	const checkParams = validator(contract.params);
	const checkResult = checkResults ? validator(contract.result) : null;
	const schema: ActionSchema = {
		name: contract.name.slice(contract.name.indexOf(".") + 1),
		visibility: "published",
		async handler(ctx) {
			if (ctx.level > deepest) deepest = ctx.level;
			checkParams(ctx.params);
			const result = await handler(ctx as ActionContext<Static<P>>);
			if (checkResult) {
				try {
					checkResult(JSON.parse(JSON.stringify(result)));
				} catch (error) {
					throw new Error(`${contract.name} broke its contract: ${JSON.stringify((error as { data?: unknown }).data)}`);
				}
			}
			return result;
		},
	};
	return { contract: contract as unknown as Contract, schema };
}

/**
 * Asks the actor that keeps a contract. Reads and idempotent writes are repeated when no answer came; the caller's own
 * deadline travels along.
 */
export function call<C extends Contract<never, never> | Contract>(
	from: Caller,
	contract: C,
	params: Params<C>,
): Promise<Result<C>> {
	const { name, kind, idempotent, timeout = TIMEOUT[kind] } = contract as Contract;
	const retries = kind === "read" || idempotent ? 2 : 0;
	const trace = traceNow();
	const options = trace ? { timeout, retries, meta: { traceparent: writeTrace(trace) } } : { timeout, retries };
	return from.call(name, params, options) as Promise<Result<C>>;
}

/** Whether the broker should repeat a call after this error. */
export function mayRetry(error: Error): boolean {
	return (error as { retryable?: boolean }).retryable === true && isTransient(error);
}
