import Type from "typebox";
import { Cart } from "../schemas/cart.ts";
import { Currency, closed, Id, Money, nullable } from "../schemas/common.ts";
import type { Route } from "../schemas/contract.ts";
import { type ErrorCode, errors } from "../schemas/errors.ts";

type Json = Record<string, unknown>;

/** How a caller may show who asks. */
export const securitySchemes = {
	bearer: {
		type: "http",
		scheme: "bearer",
		description:
			"An access token (a JWT, held against RFC8725: one algorithm, its issuer, audience and type), or an API key. What an operation needs of its scopes stands beside it",
	},
	cartToken: { type: "apiKey", in: "header", name: "Cart-Token", description: "Reaches a guest's cart" },
	orderToken: { type: "apiKey", in: "header", name: "Order-Token", description: "Reaches a guest's order" },
};

/** Where guests show a token instead of an account. */
const GUESTS: readonly [path: RegExp, scheme: keyof typeof securitySchemes][] = [
	[/^\/v1\/carts(\/|$)/, "cartToken"],
	[/^\/v1\/orders$/, "cartToken"],
	[/^\/v1\/(orders|payments|shipments)\//, "orderToken"],
];

/** What one of must be shown; `{}` is nothing. */
export function securityOf({ access, path }: Route): Record<string, string[]>[] {
	if (access === "customer") return [{ bearer: [] }];
	if (access !== "anyone") return [{ bearer: [access] }];
	const guest = GUESTS.find(([pattern]) => pattern.test(path))?.[1];
	return [{}, { bearer: [] }, ...(guest ? [{ [guest]: [] }] : [])];
}

const text = (description: string, maxLength: number, more: Json = {}) => ({
	description,
	schema: { type: "string", maxLength, ...more },
});

/** Headers of answers. */
export const headers = {
	"X-Request-Id": {
		...text("The request's id, as it was sent or made", 128, { pattern: "^[\\w.:-]{1,128}$" }),
		required: true,
	},
	RateLimit: text("What is left of a limit, and the seconds until it begins anew; where limits are on", 500),
	"RateLimit-Policy": text("The limits that count this request; where limits are on", 500),
	"Access-Control-Allow-Origin": text("The origin of the page that asks, where the shop lists it", 2_000),
	"Retry-After": { ...text("Seconds to wait", 10, { pattern: "^\\d+$" }), required: true },
	"WWW-Authenticate": { ...text("How to show who asks", 200), required: true },
	ETag: {
		...text("The resource's version and what is shown of it", 200, { pattern: '^(W/)?"\\S*"$' }),
		required: true,
	},
	"Idempotent-Replayed": text("The first answer under this key, again", 4, { enum: ["true"] }),
};
type Header = keyof typeof headers;

const ALWAYS: Header[] = ["X-Request-Id", "RateLimit", "RateLimit-Policy", "Access-Control-Allow-Origin"];

/** References to the headers that every answer may carry, and to others. */
export const answerHeaders = (...more: Header[]) =>
	Object.fromEntries([...ALWAYS, ...more].map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** Headers of a refusal. @param replayable whether the route takes an Idempotency-Key */
export function refusalHeaders(status: number, replayable: boolean): Json {
	const more: Header[] = [];
	if (status === 401) more.push("WWW-Authenticate");
	if (status === 429 || status >= 502) more.push("Retry-After");
	if (replayable && status < 500 && status !== 429) more.push("Idempotent-Replayed");
	const found: Json = answerHeaders(...more);
	// Only a request that is still under way is told when to come again.
	return status === 409 && replayable
		? { ...found, "Retry-After": { ...headers["Retry-After"], required: false } }
		: found;
}

const Sentence = Type.String({ maxLength: 10_000 });
const Word = Type.String({ maxLength: 200 });

/** RFC 9457, with the shop's own `code` and `requestId`, and what goes along with some codes. */
export const Problem = Type.Object(
	{
		type: Type.String({ maxLength: 100, format: "uri-reference" }),
		title: Sentence,
		status: Type.Integer({ minimum: 400, maximum: 599 }),
		detail: Sentence,
		code: Type.Enum(Object.keys(errors) as ErrorCode[]),
		requestId: Type.String({ maxLength: 128, pattern: "^[\\w.:-]{1,128}$" }),
		errors: Type.Optional(
			Type.Array(closed({ path: Type.String({ maxLength: 4_000, description: "JSON Pointer" }), message: Sentence }), {
				maxItems: 500,
			}),
		),
		provider: Type.Optional(Word),
		reason: Type.Optional(nullable(Sentence)),
		name: Type.Optional(Word),
		role: Type.Optional(Word),
		scope: Type.Optional(Word),
		scopes: Type.Optional(Type.Array(Word, { maxItems: 50 })),
		sku: Type.Optional(Word),
		slug: Type.Optional(Type.String({ maxLength: 255 })),
		available: Type.Optional(Type.Integer()),
		reserved: Type.Optional(Type.Integer()),
		limit: Type.Optional(Type.Integer()),
		maximum: Type.Optional(Type.Integer()),
		retryAfter: Type.Optional(Type.Integer({ minimum: 0, description: "Seconds" })),
		orderId: Type.Optional(Id),
		heldBy: Type.Optional(Id),
		lines: Type.Optional(
			Type.Array(closed({ sku: Word, requested: Type.Integer(), available: Type.Integer() }), { maxItems: 500 }),
		),
		unfulfilled: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.Integer())),
		cart: Type.Optional(Cart),
		currency: Type.Optional(Currency),
		supported: Type.Optional(Type.Array(Currency, { maxItems: 200 })),
		refundable: Type.Optional(Money),
		allowed: Type.Optional(Type.Array(Word, { maxItems: 50 })),
		missing: Type.Optional(Type.Array(Word, { maxItems: 50 })),
		reasons: Type.Optional(Type.Array(Sentence, { maxItems: 50 })),
	},
	{ additionalProperties: false },
);
