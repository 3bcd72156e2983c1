import type { OrderState } from "../../services/order/domain.ts";
import type { Evidence, Violation } from "../invariants.ts";

/** Looks for one kind of broken promise; named by the promise. */
export type Rules = Record<string, (evidence: Evidence) => Generator<Finding>>;

export type Finding = Omit<Violation, "rule">;

export const at = (subject: string, detail: string): Finding => ({ subject, detail });

/** States of a checkout after which nothing follows by itself. */
export const FINAL: ReadonlySet<string> = new Set(["confirmed", "failed", "cancelled"]);

export const isPaid = ({ saga }: OrderState): boolean => saga === "confirmed";

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
	const list = map.get(key);
	if (list) list.push(value);
	else map.set(key, [value]);
}
