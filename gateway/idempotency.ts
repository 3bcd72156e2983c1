import { hash as digest } from "node:crypto";
import { fail } from "../runtime/errors.ts";
import type { StoredAnswer } from "../runtime/idempotency.ts";
import type { Exchange } from "./exchange.ts";
import { headersOf, problemOf } from "./problem.ts";

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

/** Answers hold tokens: a caller must not be another's by naming him, and those who show nothing are told apart by address. */
function callerOf({ userId, cartToken, orderToken, clientAddress }: Exchange["meta"]): string {
	if (userId) return `user ${userId}`;
	if (cartToken) return `cart ${cartToken}`;
	return orderToken ? `order ${orderToken}` : `address ${clientAddress}`;
}

/**
 * Runs an answer under its key: once, on whichever node. What is final is kept with its bytes; what failed on the
 * server's side is forgotten, so that the same key may try again.
 * @param content what was sent with it, or its digest: another one under the same key is a conflict
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
	const begun = await records.begin(key, hash([content.toString("base64")]));
	if (begun.kind === "conflict") throw fail("idempotency_conflict");
	if (begun.kind === "in_flight") throw fail("idempotency_in_flight");
	if (begun.kind === "replay")
		return { ...begun.answer, headers: { ...begun.answer.headers, "Idempotent-Replayed": "true" } };
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
	return records.finish(key, answer, since);
}

const hash = (parts: string[]) => digest("sha256", parts.join("\u0000"), "base64url");
