import { hash as digest } from "node:crypto";
import { setting } from "../runtime/config.ts";
import { fail } from "../runtime/errors.ts";
import type { StoredAnswer } from "../runtime/idempotency.ts";
import { hashOf } from "../runtime/ids.ts";
import type { Exchange } from "./exchange.ts";
import { headersOf, problemOf } from "./problem.ts";
import { seal, unseal } from "./sealed.ts";

/** The caller's key, made unique by caller and route; null when none was sent. @throws idempotency_key_required, malformed_request */
export function idempotencyKey({ request, entry, meta, path }: Exchange): string | null {
	if (entry.route.method !== "POST") return null;
	const key = request.headers["idempotency-key"];
	if (key === undefined) {
		if (entry.route.idempotency === "required") throw fail("idempotency_key_required");
		return null;
	}
	if (typeof key !== "string" || key === "" || key.length > 255)
		throw fail("malformed_request", {}, "Idempotency-Key must have 1 to 255 characters");
	return hash([callerOf(meta), entry.contract.name, JSON.stringify(path), key]);
}

/** Answers hold tokens: a caller must not be another's by naming him, and those who show nothing are told apart by network. */
function callerOf({ userId, keyId, cartToken, orderToken, clientNetwork }: Exchange["meta"]): string {
	if (userId) return `user ${userId}`;
	if (keyId) return `key ${keyId}`;
	if (cartToken) return `cart ${cartToken}`;
	return orderToken ? `order ${orderToken}` : `network ${clientNetwork}`;
}

/**
 * Runs an answer under its key: once, on whichever node. What is final is kept with its bytes; what failed on the
 * server's side is forgotten, so that the same key may try again.
 * @param content the body that was sent with it, or its digest: another one, or another query, under the same key is a conflict
 * @throws idempotency_conflict, idempotency_in_flight
 */
export async function once(
	exchange: Exchange,
	key: string,
	content: Buffer,
	run: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
	const { records } = exchange.gateway;
	const since = Date.now();
	const begun = await records.begin(key, hash([exchange.query, content.toString("base64")]));
	if (begun.kind === "conflict") throw fail("idempotency_conflict");
	if (begun.kind === "in_flight") throw fail("idempotency_in_flight");
	if (begun.kind === "replay") {
		const { headers, ...known } = opened(exchange, key, begun.answer);
		return { ...known, headers: { ...headers, "Idempotent-Replayed": "true" } };
	}
	let answer: StoredAnswer;
	try {
		answer = await run();
	} catch (error) {
		const problem = problemOf(error, exchange.meta.requestId);
		if (problem.status >= 500 || problem.status === 429) {
			await records.forget(key);
			throw error;
		}
		answer = { status: problem.status, headers: headersOf(problem), body: JSON.stringify(problem) };
	}
	const sealed = { ...answer, body: seal(answer.body, ...sealOf(exchange, key)) };
	const kept = await records.finish(key, sealed, since, peopleIn(exchange.meta, answer.body));
	return kept === sealed ? answer : opened(exchange, key, kept);
}

/** Answers hold tokens and, once, an API key's secret: the store holds none of them for 48 hours that it could show. */
const sealOf = ({ request }: Exchange, key: string) =>
	[setting("TOKEN_SECRET"), String(request.headers["idempotency-key"]), key] as const;

function opened(exchange: Exchange, key: string, answer: StoredAnswer): StoredAnswer {
	const body = unseal(answer.body, ...sealOf(exchange, key));
	if (body === null) throw fail("conflict", {}, "The first answer was sealed with a secret that this shop has no more");
	return { ...answer, body };
}

const hash = (parts: string[]) => digest("sha256", parts.join("\u0000"), "base64url");

/** Whom a kept answer is about: who asked, and every address in it, hashed; by these it is found when a person is erased. */
function peopleIn({ userId }: Exchange["meta"], body: string): string[] {
	const people = new Set(userId ? [userId] : []);
	for (const [, email] of body.matchAll(/"email":"([^"\\]{3,254})"/g))
		people.add(hashOf((email as string).toLowerCase()));
	return [...people].slice(0, MOST_PEOPLE);
}

/** A page of a list has at most a hundred entries. */
const MOST_PEOPLE = 101;
