import type { State } from "../state.ts";
import type { Kind } from "./documents.ts";
import { Refusal } from "./errors.ts";

type Done = { key: string; status: number; kind: Kind; id: string; at: number };

// Payments keep a request id for 45 days, orders for 6 hours: https://developer.paypal.com/api/rest/reference/idempotency/
const KEPT_MS = 45 * 24 * 3600_000;
const KEPT_ORDER_MS = 6 * 3600_000;

export type RequestIds = ReturnType<typeof requestIds>;

/** `PayPal-Request-Id`: the same id at the same call gives the latest state of what the first one did. Failures are not kept. */
export function requestIds(state: State) {
	const done = state.collection<Done>("request_ids", { cached: 2_000 });
	const running = new Set<string>();
	let written = 0;
	const lasts = ({ kind, at }: Done) => Date.now() - at < (kind === "order" ? KEPT_ORDER_MS : KEPT_MS);

	const prune = () => {
		const stale = done.list({ limit: 1000 }).filter((one) => !lasts(one));
		state.transaction(() => {
			for (const { key } of stale) done.delete(key);
		});
	};
	prune();

	return {
		/** What the id stands for, or `null` after it has taken it. */
		begin(key: string): { status: number; kind: Kind; id: string } | null {
			if (running.has(key)) throw new Refusal(409, "PREVIOUS_REQUEST_IN_PROGRESS");
			const kept = done.get(key);
			if (kept && lasts(kept)) return { ...kept, status: kept.kind === "order" ? 200 : kept.status };
			running.add(key);
			return null;
		},
		/** Within the transaction of what was done. */
		keep(key: string, { status, kind, id }: { status: number; kind: Kind; id: string }): void {
			done.put(key, { key, status, kind, id, at: Date.now() });
			if (++written % 1000 === 0) setImmediate(prune);
		},
		release: (key: string): void => {
			running.delete(key);
		},
	};
}
