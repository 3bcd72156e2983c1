import type { IncomingMessage } from "node:http";
import { type Caller, call, type Meta } from "../runtime/action.ts";
import { fail } from "../runtime/errors.ts";
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
	const { userId, sessionId, email, emailVerified, scopes } = await call(from, authenticate, { token });
	return Object.assign(meta, { userId, sessionId, email, emailVerified, scopes });
}

/** @throws unauthenticated, forbidden */
export function authorize(access: Access, meta: Meta): void {
	if (access === "anyone") return;
	if (!meta.userId) throw fail("unauthenticated");
	if (access !== "customer" && !meta.scopes?.includes(access)) throw fail("forbidden", { scope: access });
}
