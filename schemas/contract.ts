import type { Static, TSchema } from "typebox";
import type { ErrorCode } from "./errors.ts";
import type { Scope } from "./scopes.ts";

/** What a caller needs to reach a route: nothing, a signed-in person, or a scope such as `catalog:write`. */
export type Access = "anyone" | "customer" | Scope;

/** How a contract is reached over HTTP. Path parameters and, for GET and DELETE, the query fill `params`; otherwise the JSON body does. */
export interface Route {
	method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
	/** `/v1/carts/:id/items`; every `:name` is a property of the contract's params. */
	path: string;
	access: Access;
	/** Status of a success, 200 unless told; 204 sends no body. */
	status?: number;
	/** Another status for some results, e.g. 202 for an order that is still pending. */
	otherwise?: { status: number; when: (result: never) => boolean };
	/** The request's body when it is not JSON: it arrives as the param `body`, a string. */
	accepts?: "text/csv";
	/** The answer's media type when it is not JSON: the result is `{ body: string }`, or for event streams `{ events, done }`. */
	produces?: "text/csv" | "text/event-stream" | "application/pdf";
	/** `required`: a POST without `Idempotency-Key` is refused (400 `idempotency_key_required`). */
	idempotency?: "required";
	/** Sends an ETag; its part before the dot is the result's `version`, which If-Match is held against. */
	etag?: true;
	/** Seconds for which anybody may keep the answer; not for what is a person's. */
	cache?: number;
	/** Honours If-Match: the service finds the expected version in `ctx.meta.ifMatch`. */
	ifMatch?: true;
	/** A stricter limit of requests than the common one, by client address. */
	limit?: { requests: number; seconds: number };
}

/** What a service promises: the shape of a question, of its answer, and the errors it may give. */
export interface Contract<P extends TSchema = TSchema, R extends TSchema = TSchema> {
	/** `service.verb`: the Moleculer action. */
	name: string;
	summary: string;
	/** Reads may be repeated by the broker when an answer is missing; writes only when they say `idempotent`. */
	kind: "read" | "write";
	/** A write which the broker may repeat, as its effect is the same. */
	idempotent?: true;
	/**
	 * The services that ask this one by `call()`, and `operator` for its REPL; of a route besides the gateway. NATS lets nobody
	 * else. A contract without a route must say it: `[]` is for what only its own node asks.
	 */
	callers?: readonly string[];
	params: P;
	result: R;
	errors: readonly ErrorCode[];
	/** Milliseconds until the caller gives up; 3,000 for a read and 6,000 for a write unless told. */
	timeout?: number;
	route?: Route;
	/**
	 * Fields of the params that the audit log keeps when staff or a key asks, `variants.price` for those of a list. Rights and
	 * figures only: no personal data, no free text, no secret.
	 */
	audited?: readonly string[];
}

export type Params<C> = C extends Contract<infer P, TSchema> ? Static<P> : never;
export type Result<C> = C extends Contract<TSchema, infer R> ? Static<R> : never;

/** States a contract; types follow from the value. */
export function contract<P extends TSchema, R extends TSchema>(definition: Contract<P, R>): Contract<P, R> {
	return Object.freeze(definition);
}

/** Who may ask: the gateway for a route, and the stated callers. */
export const callersOf = ({ route, callers = [] }: Pick<Contract, "route" | "callers">): readonly string[] =>
	route && !callers.includes("gateway") ? ["gateway", ...callers] : callers;

/** A fact that a service publishes after it happened. `data` carries ids and figures, never personal data. */
export interface EventContract<D extends TSchema = TSchema> {
	/** `aggregate.fact`, e.g. `order.confirmed`. */
	name: string;
	/** The service that publishes it. */
	service: string;
	summary: string;
	data: D;
}

export type EventData<E> = E extends EventContract<infer D> ? Static<D> : never;

export function event<D extends TSchema>(definition: EventContract<D>): EventContract<D> {
	return Object.freeze(definition);
}
