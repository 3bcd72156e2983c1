import { checkouts } from "./rules/checkouts.ts";
import { events } from "./rules/events.ts";
import { money } from "./rules/money.ts";
import { provider } from "./rules/provider.ts";
import { requests } from "./rules/requests.ts";
import type { Evidence, Violation } from "./rules/rule.ts";
import { stock } from "./rules/stock.ts";

const rules = { ...checkouts, ...requests, ...money, ...provider, ...stock, ...events };

/** The rules that are checked after every fault. */
export const RULES: readonly string[] = Object.keys(rules);

/** Whatever breaks a promise: the one check after every fault. */
export function violationsIn(evidence: Evidence): Violation[] {
	return Object.entries(rules).flatMap(([rule, check]) => Array.from(check(evidence), (found) => ({ rule, ...found })));
}
