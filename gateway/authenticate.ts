import type { IncomingMessage } from "node:http";
import { type Caller, call, type Meta } from "../runtime/action.ts";
import { fail } from "../runtime/errors.ts";
import { authenticateKey } from "../schemas/access.ts";
import type { Access } from "../schemas/contract.ts";
import { authenticate } from "../schemas/user.ts";

const TOKEN = /^[\w-]{16,128}$/;

/** Who asks, from the headers; tokens of guests are passed on for the services to hold against their own. */
export async function identify(request: IncomingMessage, from: Caller): Promise<Meta> {
	const { headers } = request;
	const meta: Meta = {};
	const cartToken = headers["cart-token"];
	const orderToken = headers["order-token"];
	if (typeof cartToken === "string" && TOKEN.test(cartToken)) meta.cartToken = cartToken;
	if (typeof orderToken === "string" && TOKEN.test(orderToken)) meta.orderToken = orderToken;
	if (headers.authorization === undefined) return meta;
	const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(headers.authorization)?.[1];
	if (!token || token.length > 4_096) throw fail("invalid_token");
	if (token.startsWith("sk_"))
		return Object.assign(meta, await call(from, authenticateKey, { secret: token.slice(0, 200) }));
	const { userId, sessionId, email, emailVerified, scopes } = await call(from, authenticate, { token });
	return Object.assign(meta, { userId, sessionId, email, emailVerified, scopes });
}

/** A key stands for nobody: what belongs to a person it cannot ask for. @throws unauthenticated, forbidden */
export function authorize(access: Access, meta: Meta): void {
	if (access === "anyone") return;
	if (!meta.userId && !meta.keyId) throw fail("unauthenticated");
	if (access === "customer" && meta.keyId) throw fail("forbidden", {}, "An API key has no account: sign in");
	if (access !== "customer" && !meta.scopes?.includes(access)) throw fail("forbidden", { scope: access });
}
