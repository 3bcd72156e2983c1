import type { UserState } from "./domain.ts";

/** A token or challenge that this account answered; kept until it is over by itself. */
export interface Spent {
	id: string;
	until: string;
}

/**
 * The account that remembers one more; kept in the same change as what it was used for, it works once on all nodes.
 * @returns null when it was used before
 */
export function spend<U extends Pick<UserState, "spent">>(user: U, id: string, until: Date, now: Date): U | null {
	const at = now.toISOString();
	const spent = (user.spent ?? []).filter((one) => one.until > at);
	if (spent.some((one) => one.id === id)) return null;
	return { ...user, spent: [...spent, { id, until: until.toISOString() }] };
}
