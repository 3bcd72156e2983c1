import type { Contract } from "../schemas/contract.ts";

/** What a request is for, from what is kept longest to what is refused first when there is too much to do. */
export const PRIORITIES = ["webhooks", "checkout", "cart", "browse", "signIn", "search", "admin"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The first line that fits a route's path tells its priority. */
const TABLE: readonly [path: RegExp, priority: Priority][] = [
	[/^\/v1\/webhooks\//, "webhooks"],
	[/^\/v1\/admin\//, "admin"],
	[/^\/v1\/search(\/|$)/, "search"],
	[/^\/v1\/(orders|payments)(\/|$)/, "checkout"],
	[/^\/v1\/carts\/:id\/shipping-(address|rates?)$/, "checkout"],
	// A token lives five minutes: a buyer must be able to get the next one in the middle of a checkout.
	[/^\/v1\/auth\/refresh$/, "checkout"],
	// Whoever verifies our tokens needs their keys.
	[/^\/\.well-known\//, "checkout"],
	[/^\/v1\/carts(\/|$)/, "cart"],
	// A flood of them must not keep buyers from looking: passwords cost much, and guests may order.
	[/^\/v1\/auth\//, "signIn"],
	[/^\/v1\/(products|categories|reviews|shipments|tracking|me)(\/|$)/, "browse"],
];

/** Answered at any load: whoever steers the traffic asks them. */
const ALWAYS = /^\/(health\/|metrics$)/;

/** The priority of a contract's route. @throws for a route that the table does not know */
export function priorityOf({ name, route }: Pick<Contract, "name" | "route">): Priority {
	const found = TABLE.find(([path]) => path.test(route?.path ?? ""));
	if (!found) throw new Error(`${name}: ${route?.path} has no line in gateway/priority.ts`);
	return found[1];
}

/** The priority of what is no contract's route; null for what is always answered. */
export function priorityOfPath(pathname: string): Priority | null {
	if (ALWAYS.test(pathname)) return null;
	return TABLE.find(([path]) => path.test(pathname))?.[1] ?? "browse";
}
