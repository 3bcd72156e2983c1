import { hash } from "node:crypto";
import type { HttpAnswer, HttpRequest } from "../http.ts";
import type { State } from "../state.ts";
import { Refusal } from "./errors.ts";

type Kept = { key: string; path: string; params: string; status: number; body: string; request: string; at: number };

const KEPT_MS = 24 * 3600_000;

export type Idempotency = ReturnType<typeof idempotency>;

/** Idempotency keys as https://docs.stripe.com/api/idempotent_requests tells: the first result again, for 24 hours. */
export function idempotency(state: State) {
	const results = state.collection<Kept>("idempotency_keys", { cached: 2_000 });
	const running = new Set<string>();
	let written = 0;

	const prune = () => {
		for (;;) {
			const stale = results.list({ limit: 100 }).filter(({ at }) => Date.now() - at > KEPT_MS);
			state.transaction(() => {
				for (const { key } of stale) results.delete(key);
			});
			if (stale.length < 100) return;
		}
	};
	prune();

	return {
		/** The kept answer, or `null` after it has taken the key. Throws when the key is in use or was used for other parameters. */
		begin(key: string, request: HttpRequest): HttpAnswer | null {
			if (key.length > 255)
				throw new Refusal(
					400,
					{ type: "invalid_request_error", message: "Idempotency keys can be up to 255 characters long." },
					false,
				);
			if (running.has(key)) {
				const message = `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`;
				throw new Refusal(409, { type: "idempotency_error", code: "idempotency_key_in_use", message }, false);
			}
			const kept = results.get(key);
			if (!kept || Date.now() - kept.at > KEPT_MS) {
				running.add(key);
				return null;
			}
			const advice = `Try using a key other than '${key}' if you meant to execute a different request.`;
			const misuse =
				kept.path !== request.path
					? `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${kept.path}' vs '${request.path}').`
					: kept.params !== fingerprint(request)
						? "Keys for idempotent requests can only be used with the same parameters they were first used with."
						: null;
			if (misuse) throw new Refusal(400, { type: "idempotency_error", message: `${misuse} ${advice}` }, false);
			return {
				status: kept.status,
				headers: { "idempotent-replayed": "true", "original-request": kept.request },
				body: kept.body,
			};
		},
		/** Within the transaction of what the request did. */
		keep(key: string, request: HttpRequest, requestId: string, status: number, body: string): void {
			results.put(key, {
				key,
				path: request.path,
				params: fingerprint(request),
				status,
				body,
				request: requestId,
				at: Date.now(),
			});
			if (++written % 1000 === 0) setImmediate(prune);
		},
		release: (key: string): void => {
			running.delete(key);
		},
	};
}

function fingerprint(request: HttpRequest): string {
	return hash("sha1", request.raw, "base64");
}
